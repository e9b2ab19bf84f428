interface LoggedError {
  type: string;
  code?: string | number;
  message: string;
  stack?: string;
}

/**
 * What of an error reaches the log: an allow-list, because errors of drivers and clients carry parameters, bodies and URLs as
 * properties and in their causes. Used as pino's `err` serializer.
 */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}
