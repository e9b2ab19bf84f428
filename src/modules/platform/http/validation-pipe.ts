import { ValidationPipe } from '@nestjs/common';
import { problemFieldsOf, ValidationFailed } from './validation-problem.js';

/** Options of every validation of what others send: unknown keys are refused, values are never converted. */
export const STRICT_VALIDATION = Object.freeze({
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: Object.freeze({ target: false, value: true }),
});

/** For parameters, queries and bodies declared as decorated classes. The values in the errors are turned into shapes here. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    ...STRICT_VALIDATION,
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    exceptionFactory: (errors) => new ValidationFailed(problemFieldsOf(errors)),
  });
}
