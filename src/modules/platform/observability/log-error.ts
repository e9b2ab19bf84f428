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
  // By its shape, not by `instanceof`: pg-boss hands over copies of errors that are plain objects.
  const { name, code, message, stack } = (error ?? {}) as Record<string, unknown>;
  if (typeof message !== 'string') return { type: typeof error, message: 'not an error' };
  return {
    type: typeof name === 'string' ? name : 'Error',
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message,
    ...(typeof stack === 'string' ? { stack } : {}),
  };
}
