import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../access/access.decorators.js';
import { Database } from '../database/database.js';
import { DomainError } from '../http/domain-error.js';
import { PlatformSecrets } from '../secrets/platform-secrets.js';

/** For load balancers and supervisors. */
@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly secrets: PlatformSecrets,
  ) {}

  /** The process answers. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** It can do its work: the database can be written and the encryption key opens what is in it. */
  @Get('ready')
  async ready(): Promise<{ status: 'ok' }> {
    try {
      const [row] = await this.database.rows<{ writable: boolean }>(`SELECT NOT pg_is_in_recovery() AS writable`);
      if (!row?.writable) throw new Error('the database is read-only');
      await this.secrets.get('api_key_pepper');
    } catch (error) {
      throw new DomainError(
        {
          code: 'not_ready',
          status: 503,
          title: 'Not ready',
          detail: 'The database or the encryption key cannot be used.',
          retryAfterSeconds: 2,
        },
        { cause: error },
      );
    }
    return { status: 'ok' };
  }
}
