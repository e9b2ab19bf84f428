import { plainToInstance, Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  type ValidationError,
  validateSync,
} from 'class-validator';
import { Secret } from '../secrets/secret.js';

export type Role = 'api' | 'worker' | 'all';

const wholeNumber = () => Transform(({ value }) => (/^-?\d+$/.test(String(value)) ? Number(value) : value));
const httpUrl = () => IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true });
const POSTGRES_URL = /^postgres(ql)?:\/\/.+/;

/** Every variable once: name, meaning, unit, default. `.env.example` mirrors it, and a test holds the two together. */
class Environment {
  /** What this process does: answer HTTP (`api`), work in the background (`worker`), or both. */
  @IsIn(['api', 'worker', 'all'])
  ROLE: Role = 'all';

  /** Address to listen on. */
  @IsString()
  HOST = '127.0.0.1';

  /** Port to listen on; 0 takes any free one. */
  @wholeNumber()
  @IsInt()
  @Min(0)
  @Max(65535)
  PORT = 3000;

  /** Address under which browsers and WeCom reach this deployment; default: the address it listens on. */
  @IsOptional()
  @httpUrl()
  PUBLIC_URL?: string;

  /** Proxies in front of us (CIDR, comma-separated): behind these the caller's address is taken from X-Forwarded-For. */
  @IsOptional()
  @Matches(/^[0-9a-fA-F.:/]+(,[0-9a-fA-F.:/]+)*$/, {
    message: 'must be addresses or networks in CIDR notation, separated by commas',
  })
  TRUSTED_PROXIES?: string;

  /** PostgreSQL of the running platform. Without it an embedded one is started, with its data in DATA_DIR. */
  @IsOptional()
  @Matches(POSTGRES_URL, { message: 'must be a postgres:// URL' })
  DATABASE_URL?: string;

  /** Owner of the tables, for migrations only; default: DATABASE_URL. */
  @IsOptional()
  @Matches(POSTGRES_URL, { message: 'must be a postgres:// URL' })
  DATABASE_MIGRATION_URL?: string;

  /** Connections this process may hold, beside three reserved for callbacks. */
  @wholeNumber()
  @IsInt()
  @Min(2)
  @Max(200)
  DATABASE_POOL_SIZE = 10;

  /** Folder of the embedded PostgreSQL and the key file it goes with. */
  @IsString()
  DATA_DIR = '.data';

  /** Key-encryption keys, `id:base64 of 32 bytes`, comma-separated; the first seals, all open. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=(,[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=)*$/, {
    message: 'must be id:base64 pairs of 32-byte keys, separated by commas',
  })
  ENCRYPTION_KEYS?: string;

  /** File with the same, one key a line, instead of ENCRYPTION_KEYS. */
  @IsOptional()
  @IsString()
  ENCRYPTION_KEYS_FILE?: string;

  /** WeCom's API. */
  @httpUrl()
  WECOM_API_URL = 'https://qyapi.weixin.qq.com';

  /** WeCom's install pages. */
  @httpUrl()
  WECOM_OPEN_URL = 'https://open.work.weixin.qq.com';

  /** Connections kept to WeCom's API. */
  @wholeNumber()
  @IsInt()
  @Min(1)
  @Max(1000)
  WECOM_CONNECTIONS = 64;

  /** How long one call to WeCom may take, ms. A lease outlives it, so keep it under 8000. */
  @wholeNumber()
  @IsInt()
  @Min(100)
  @Max(8000)
  WECOM_TIMEOUT_MS = 5000;

  /** Send calls in flight per worker process. */
  @wholeNumber()
  @IsInt()
  @Min(1)
  @Max(1000)
  DELIVERY_CONCURRENCY = 48;

  /** Port of the Prometheus metrics, on HOST; without it they are not served. */
  @IsOptional()
  @wholeNumber()
  @IsInt()
  @Min(1)
  @Max(65535)
  METRICS_PORT?: number;

  /** Least severe log line that is written. */
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';
}

/** The environment was refused. Lists every bad variable and its rule, never a value: values are credentials. */
export class BadEnvironment extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'BadEnvironment';
  }
}

/** The one typed configuration. Inject it by class; nothing else reads `process.env`. */
export class AppConfig {
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  publicUrl: string;
  readonly trustedProxies: readonly string[];
  readonly databaseUrl: Secret;
  readonly databaseMigrationUrl: Secret;
  readonly databasePoolSize: number;
  readonly dataDir: string;
  readonly encryptionKeys: Secret | undefined;
  readonly encryptionKeysFile: string | undefined;
  readonly wecomApiUrl: string;
  readonly wecomOpenUrl: string;
  readonly wecomConnections: number;
  readonly wecomTimeoutMs: number;
  readonly deliveryConcurrency: number;
  readonly metricsPort: number | undefined;
  readonly logLevel: string;
  /** True when no DATABASE_URL was given and the platform brings its own PostgreSQL. */
  readonly usesEmbeddedPostgres: boolean;

  private constructor(environment: Environment, embedded?: { url: Secret; migrationUrl: Secret }) {
    this.role = environment.ROLE;
    this.host = environment.HOST;
    this.port = environment.PORT;
    this.publicUrl = environment.PUBLIC_URL ?? `http://${environment.HOST}:${environment.PORT}`;
    this.trustedProxies = environment.TRUSTED_PROXIES?.split(',') ?? [];
    this.usesEmbeddedPostgres = environment.DATABASE_URL === undefined;
    this.databaseUrl = embedded?.url ?? Secret.of(environment.DATABASE_URL ?? '');
    this.databaseMigrationUrl =
      embedded?.migrationUrl ?? Secret.of(environment.DATABASE_MIGRATION_URL ?? environment.DATABASE_URL ?? '');
    this.databasePoolSize = environment.DATABASE_POOL_SIZE;
    this.dataDir = environment.DATA_DIR;
    this.encryptionKeys =
      environment.ENCRYPTION_KEYS === undefined ? undefined : Secret.of(environment.ENCRYPTION_KEYS);
    this.encryptionKeysFile = environment.ENCRYPTION_KEYS_FILE;
    this.wecomApiUrl = environment.WECOM_API_URL;
    this.wecomOpenUrl = environment.WECOM_OPEN_URL;
    this.wecomConnections = environment.WECOM_CONNECTIONS;
    this.wecomTimeoutMs = environment.WECOM_TIMEOUT_MS;
    this.deliveryConcurrency = environment.DELIVERY_CONCURRENCY;
    this.metricsPort = environment.METRICS_PORT;
    this.logLevel = environment.LOG_LEVEL;
  }

  /**
   * Reads and checks the environment. `embedded` carries the addresses of the embedded PostgreSQL once it runs.
   * @throws BadEnvironment naming every bad variable
   */
  static from(env: Record<string, string | undefined>, embedded?: { url: Secret; migrationUrl: Secret }): AppConfig {
    const known = new Environment();
    const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => name in known && value !== ''));
    const environment = plainToInstance(Environment, given);
    const problems = validateSync(environment, { skipMissingProperties: false }).map(describe);
    if (env.DATABASE_URL && !env.ENCRYPTION_KEYS && !env.ENCRYPTION_KEYS_FILE) {
      problems.push(
        'ENCRYPTION_KEYS: must be set (or ENCRYPTION_KEYS_FILE) when DATABASE_URL is; there is no plaintext mode',
      );
    }
    if (problems.length > 0) throw new BadEnvironment(problems);
    return new AppConfig(environment, embedded);
  }
}

function describe(error: ValidationError): string {
  const rules = Object.values(error.constraints ?? {}).map((rule) => rule.replace(`${error.property} `, ''));
  return `${error.property}: ${rules.join('; ')}`;
}
