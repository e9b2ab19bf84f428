import { isCorp, isMiniProgram, isProvider, isSuite } from './definition-shapes.ts';
import {
  type Check,
  isAnyText,
  isAnything,
  isBoolean,
  isCount,
  isId,
  isListOf,
  isObject,
  isOneOf,
  isText,
  type Shape,
} from './input-shape.ts';

const isRange = isObject({
  'userIds?': isListOf(isText),
  'departmentIds?': isListOf(isId),
  'tagIds?': isListOf(isId),
});

export const isInstall = isObject({
  suiteId: isText,
  corpId: isText,
  'mode?': isOneOf('silent', 'market', 'qr'),
  'adminUserId?': isText,
  'visibleRange?': isRange,
  'authMode?': isOneOf(0, 1),
  'test?': isBoolean,
  'state?': isAnyText,
});

export const isChange = isObject({
  'visibleRange?': isRange,
  'disabled?': isBoolean,
  'publishStatus?': isOneOf(0, 1, 2, 3),
  'state?': isAnyText,
  'push?': isBoolean,
});

export const isCancel = isObject({ 'push?': isBoolean });

const pushShape: Shape = {
  channel: isOneOf('command', 'data', 'system'),
  'suiteId?': isText,
  'providerCorpId?': isText,
  'corpId?': isText,
  'fields?': isAnything,
  'xml?': isAnyText,
  'deadlineMs?': isCount,
};

export const isPush = isObject(pushShape);

export const isRawPush = isObject({
  ...pushShape,
  'url?': isText,
  'receiveId?': isAnyText,
  'token?': isAnyText,
  'encodingAesKey?': isText,
  'timestamp?': isAnyText,
  'nonce?': isAnyText,
  'signature?': isAnyText,
  'encrypt?': isAnyText,
  'toUserName?': isAnyText,
  'body?': isAnyText,
  'contentType?': isAnyText,
});

export const isInvalidation = isObject({
  'kind?': isOneOf('corp', 'suite', 'provider', 'all'),
  'corpId?': isText,
  'suiteId?': isText,
});

export const isClockChange = isObject({ advanceSeconds: isCount });

const isErrcode: Check = (value) => (Number.isSafeInteger(value) ? null : 'must be an integer');

const effectShapes: Readonly<Record<string, Shape>> = {
  errcode: { errcode: isErrcode, 'errmsg?': isAnyText },
  latency: { ms: isCount, 'upToMs?': isCount },
  'drop-before': {},
  'drop-after': {},
  hang: { 'processed?': isBoolean },
  'bad-gateway': { 'status?': isCount, 'processed?': isBoolean },
  'truncated-json': {},
  'frequency-window': { seconds: isCount },
  'slow-drip': { 'bytesPerSecond?': isCount },
  answer: { body: isAnyText, 'status?': isCount, 'contentType?': isText, 'processed?': isBoolean },
};

/** Each kind of fault has its own fields beside scope and limits. */
export const isFault: Check = (value) => {
  const kind = (value as { kind?: unknown } | null)?.kind;
  const effect = typeof kind === 'string' && Object.hasOwn(effectShapes, kind) ? effectShapes[kind] : undefined;
  if (effect === undefined) return `kind must be one of ${Object.keys(effectShapes).join(', ')}`;
  return isObject({
    kind: isText,
    ...effect,
    'path?': isText,
    'corpId?': isText,
    'suiteId?': isText,
    'times?': isCount,
    'skip?': isCount,
    'probability?': isCount,
    'seed?': isCount,
    'forSeconds?': isCount,
  })(value);
};

export const isSeed = isObject({
  'settings?': isAnything,
  'providers?': isListOf(isProvider),
  'suites?': isListOf(isSuite),
  'corps?': isListOf(isCorp),
  'miniPrograms?': isListOf(isMiniProgram),
  'installs?': isListOf(isInstall),
});
