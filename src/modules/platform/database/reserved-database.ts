import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Database } from './database.js';

export const RESERVED_DATA_SOURCE = 'reserved';

/** A few connections of their own for what must answer within a second: callbacks. Workers cannot exhaust them. */
@Injectable()
export class ReservedDatabase extends Database {
  constructor(@InjectDataSource(RESERVED_DATA_SOURCE) dataSource: DataSource) {
    super(dataSource);
  }
}
