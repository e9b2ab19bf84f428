/** SQLSTATEs we decide on, by name (PostgreSQL manual, appendix A). Errors are matched by these, never by message text. */
export const Sqlstate = {
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  insufficientPrivilege: '42501',
  duplicateObject: '42710',
  queryCanceled: '57014',
  adminShutdown: '57P01',
  cannotConnectNow: '57P03',
  tooManyConnections: '53300',
} as const;
