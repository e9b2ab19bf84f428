import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { MESSAGE_TYPES } from './message-types/message-types.js';
import { NOTICE_STATES, type NoticeState } from './notice-state.js';

const MSGTYPES = MESSAGE_TYPES.map(({ msgtype }) => msgtype);

export class ListNoticesQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before; the filters must be the same.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;

  @ApiPropertyOptional({ enum: MSGTYPES })
  @IsOptional()
  @IsIn(MSGTYPES)
  msgtype?: string;

  @ApiPropertyOptional({ enum: NOTICE_STATES })
  @IsOptional()
  @IsIn(NOTICE_STATES)
  state?: NoticeState;
}
