import { Module } from '@nestjs/common';
import { LeasedTokens } from './leased-tokens.js';
import { TokenRows } from './token-rows.js';

@Module({
  providers: [TokenRows, LeasedTokens],
  exports: [LeasedTokens],
})
export class LeasesModule {}
