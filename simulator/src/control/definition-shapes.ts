import type { Check } from './input-shape.ts';
import { isAnyText, isBoolean, isCount, isId, isListOf, isNullOr, isObject, isOneOf, isText } from './input-shape.ts';

/** d:91144 */
const isCallbackToken: Check = (value) =>
  typeof value === 'string' && /^[A-Za-z0-9]{1,32}$/.test(value) ? null : 'must be 1 to 32 letters and digits';
const isAesKey: Check = (value) =>
  typeof value === 'string' && /^[A-Za-z0-9]{43}$/.test(value) ? null : 'must be 43 letters and digits';
const isUrl: Check = (value) =>
  typeof value === 'string' && /^https?:\/\/[^/]/.test(value) ? null : 'must be an http or https URL';

export const isProvider = isObject({
  corpId: isText,
  'name?': isText,
  secret: isText,
  'token?': isCallbackToken,
  'encodingAesKey?': isAesKey,
  'systemUrl?': isNullOr(isUrl),
  'ipAllowList?': isNullOr(isListOf(isText)),
});

export const isSuite = isObject({
  suiteId: isText,
  'kind?': isOneOf('third-party', 'customized'),
  'name?': isText,
  'description?': isAnyText,
  'logoUrl?': isAnyText,
  secret: isText,
  token: isCallbackToken,
  encodingAesKey: isAesKey,
  providerCorpId: isText,
  'released?': isBoolean,
  'commandUrl?': isNullOr(isUrl),
  'dataUrl?': isNullOr(isUrl),
  'installDomain?': isNullOr(isText),
  'homeUrl?': isAnyText,
  'privilegeLevel?': isCount,
});

export const isMember = isObject({
  userId: isText,
  'name?': isText,
  'alias?': isAnyText,
  'departments?': isListOf(isId),
  'licensed?': isBoolean,
  'status?': isOneOf(1, 2, 4, 5),
  'isAdmin?': isBoolean,
});

export const isCorp = isObject({
  corpId: isText,
  'name?': isText,
  'type?': isOneOf('verified', 'unverified'),
  'encryptedIds?': isBoolean,
  'accountCap?': isCount,
  'members?': isListOf(isMember),
  'departments?': isListOf(isObject({ id: isId, 'name?': isText, 'parentId?': isCount })),
  'tags?': isListOf(
    isObject({ id: isId, 'name?': isText, 'userIds?': isListOf(isText), 'departmentIds?': isListOf(isId) }),
  ),
});

export const isMiniProgram = isObject({
  appid: isText,
  'name?': isText,
  'suiteIds?': isListOf(isText),
  'corpIds?': isListOf(isText),
  'pages?': isNullOr(isListOf(isText)),
});
