import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const id = () => Matches(ID, { message: 'must be an id of 1 to 64 letters, digits, _ or -' });
const credential = () => Matches(/^[\x21-\x7e]{1,512}$/, { message: 'must be 1 to 512 visible ASCII characters' });
const callbackToken = () =>
  Matches(/^[A-Za-z0-9]{1,32}$/, {
    message: 'must be 1 to 32 letters and digits',
    context: { limit: 32, doc: 'd:91144' },
  });
const encodingAesKey = () =>
  Matches(/^[A-Za-z0-9]{43}$/, {
    message: 'must be exactly 43 letters and digits',
    context: { limit: 43, doc: 'd:91144' },
  });

/** A provider (our own corp) as an operator enters it. What is left out stays as it was. */
export class RegisterProviderInput {
  @id()
  providerCorpId!: string;

  @IsString()
  @Length(1, 100)
  name!: string;

  /** 服务商凭证密钥, for the provider token. */
  @IsOptional()
  @credential()
  providerSecret?: string;

  /** The pair of the system-event URL; different from any suite's. */
  @IsOptional()
  @callbackToken()
  callbackToken?: string;

  @IsOptional()
  @encodingAesKey()
  encodingAesKey?: string;
}

/** A suite as an operator enters it; entering it again replaces everything but its kind and provider. */
export class RegisterSuiteInput {
  @id()
  suiteId!: string;

  @id()
  providerCorpId!: string;

  @IsIn(['third_party', 'customized'])
  kind!: 'third_party' | 'customized';

  @IsString()
  @Length(1, 100)
  name!: string;

  @credential()
  suiteSecret!: string;

  @callbackToken()
  callbackToken!: string;

  @encodingAesKey()
  encodingAesKey!: string;

  /** 1 while the suite is not released, 0 afterwards (default; d:90602). */
  @IsOptional()
  @IsIn([0, 1])
  authType?: 0 | 1;

  @IsOptional()
  @id()
  miniProgramAppid?: string;

  @IsOptional()
  @IsIn(['strict', 'lenient'])
  lengthMode?: 'strict' | 'lenient';
}
