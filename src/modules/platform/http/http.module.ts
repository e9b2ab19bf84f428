import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { CursorCodec } from './cursor-codec.js';
import { ProblemFilter } from './problem.filter.js';
import { createValidationPipe } from './validation-pipe.js';

@Global()
@Module({
  providers: [
    CursorCodec,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useFactory: createValidationPipe },
  ],
  exports: [CursorCodec],
})
export class HttpModule {}
