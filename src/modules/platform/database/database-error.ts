/**
 * A failed statement, with nothing of what it carried: the driver's error (and TypeORM's around it) prints bound parameters,
 * `Failing row contains (…)` prints column values, and both would end in a log.
 */
export class DatabaseError extends Error {
  /** SQLSTATE, or the network error code (ECONNREFUSED …) when the server never answered. */
  readonly sqlstate: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;

  constructor(sqlstate: string, message: string, constraint?: string, table?: string) {
    super(message);
    this.name = 'DatabaseError';
    this.sqlstate = sqlstate;
    this.constraint = constraint;
    this.table = table;
  }

  /** True when the server is away or refused the connection: worth another try later, nothing wrong with the statement. */
  get isUnavailable(): boolean {
    return /^(08|53|57P|E[A-Z]{3,})/.test(this.sqlstate);
  }

  static from(error: unknown): DatabaseError {
    if (error instanceof DatabaseError) return error;
    const { code, constraint, table, driverError } = (error ?? {}) as Record<string, unknown>;
    if (driverError && driverError !== error) return DatabaseError.from(driverError);
    const sqlstate = typeof code === 'string' ? code : 'unknown';
    const where = typeof constraint === 'string' ? ` (constraint ${constraint})` : '';
    return new DatabaseError(
      sqlstate,
      `database statement failed with SQLSTATE ${sqlstate}${where}`,
      typeof constraint === 'string' ? constraint : undefined,
      typeof table === 'string' ? table : undefined,
    );
  }
}
