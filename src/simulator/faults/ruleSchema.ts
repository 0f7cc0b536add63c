/**
 * Fault rules: what a rule may say. A rule names what it looks at (`match`), how often it strikes (`times`, `probability`)
 * and what happens then (`action`). Strict: an unknown field is an error.
 */
import { z } from 'zod';
import { actSchema } from './actSchema.ts';
import { conditionsSchema } from './conditionsSchema.ts';

const MS_MAX = 600_000;
const TIMES_MAX = 1_000_000;
const BODY_MAX = 1_048_576;

const ms = z.int().min(0).max(MS_MAX);
const httpStatus = z.int().min(200).max(599);
const pattern = z.string().min(1).max(256);
/** A close frame has room for so many bytes of a reason: RFC 6455, 5.5. */
const REASON_BYTES_MAX = 123;
/** Headers that say where a body ends: what breaks them are actions of their own. */
const FRAMING = ['content-length', 'transfer-encoding', 'trailer'];
const headers = z.record(
  z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, {
      error: 'expected a header name of up to 64 letters, digits and `-`',
    })
    .refine((name) => !FRAMING.includes(name.toLowerCase()), {
      error:
        'the header follows from the body; use `truncate-body` or `stall-body` for a body that does not end as announced',
    }),
  z.string().regex(/^[\t\x20-\x7e]{0,1024}$/, {
    error: 'expected at most 1024 printable ASCII characters',
  }),
);

/** What happens to a REST request. */
const requestActions = [
  z
    .strictObject({
      type: z.literal('reply'),
      status: httpStatus.describe('HTTP status'),
      body: z
        .union([z.string().max(BODY_MAX), z.looseObject({}), z.array(z.unknown())])
        .optional()
        .describe(
          'text, or JSON; absent: before: the venue’s own error of that status; after-accept: the true body',
        ),
      headers: headers.optional().describe('headers besides, such as Retry-After'),
    })
    .describe('answers with this instead'),
  z
    .strictObject({
      type: z.literal('html'),
      status: httpStatus.default(200).describe('HTTP status'),
    })
    .describe('answers with a page of HTML, as proxies and firewalls do'),
  z
    .strictObject({
      type: z.literal('empty'),
      status: httpStatus.default(200).describe('HTTP status'),
    })
    .describe('answers with an empty body'),
  z
    .strictObject({ type: z.literal('delay'), ms: ms.describe('milliseconds') })
    .describe('before: arrives later; after-accept: is answered later'),
  z.strictObject({ type: z.literal('hang') }).describe('never answers'),
  z.strictObject({ type: z.literal('reset') }).describe('resets the connection before any header'),
  z
    .strictObject({ type: z.literal('reset-in-body') })
    .describe('sends the headers and half of the body, then resets the connection'),
  z
    .strictObject({ type: z.literal('stall-body') })
    .describe('sends the headers, then nothing; the connection stays open'),
  z
    .strictObject({ type: z.literal('truncate-body') })
    .describe('promises the whole body, sends half of it and closes the connection'),
  z
    .strictObject({
      type: z.literal('late-accept'),
      ms: ms.describe('milliseconds from the arrival to the engine'),
      status: httpStatus
        .optional()
        .describe('answers at once with the venue’s error of this status; absent: never answers'),
    })
    .describe('the client is told nothing or an error, and the request reaches the engine later'),
  z
    .strictObject({
      type: z.literal('meanwhile'),
      conditions: conditionsSchema.optional().describe('what changes, as for `POST /conditions`'),
      acts: z
        .array(actSchema)
        .max(100)
        .optional()
        .describe('what the account’s owner does, as for `POST /acts`'),
    })
    .describe(
      'something happens at this very moment: before the engine sees the request, or after it was carried out; the request itself is answered as ever',
    ),
] as const;

/** What happens to a websocket that is asked for. */
const upgradeActions = [
  z
    .strictObject({
      type: z.literal('refuse-upgrade'),
      status: z.int().min(400).max(599).default(503).describe('HTTP status'),
    })
    .describe('refuses the websocket'),
  z
    .strictObject({ type: z.literal('hang-upgrade') })
    .describe('leaves the handshake without an answer'),
] as const;

/** What happens to a frame of the client. */
const frameActions = [
  z
    .strictObject({ type: z.literal('ignore-subscribe') })
    .describe('a subscription is neither made nor answered'),
] as const;

/** What happens to a message to the client. */
const eventActions = [
  z.strictObject({ type: z.literal('drop-event') }).describe('is never sent'),
  z.strictObject({ type: z.literal('duplicate-event') }).describe('is sent twice'),
  z
    .strictObject({ type: z.literal('swap-event') })
    .describe('is sent after the next message of its kind on its connection'),
  z
    .strictObject({ type: z.literal('delay-event'), ms: ms.describe('milliseconds') })
    .describe('is sent later, and so is everything behind it on its connection'),
  z.strictObject({ type: z.literal('bad-frame') }).describe('is replaced by one that is no JSON'),
] as const;

/** What happens to a websocket connection. */
const connectionActions = [
  z.strictObject({ type: z.literal('terminate') }).describe('is cut without a close frame'),
  z
    .strictObject({
      type: z.literal('close'),
      code: z
        .int()
        .refine((code) => code === 1000 || (code >= 1001 && code <= 4999 && !isReserved(code)), {
          error: 'expected a close code that may be sent: 1000–1003, 1007–1014 or 3000–4999',
        })
        .default(1001)
        .describe('close code'),
      reason: z
        .string()
        .max(100)
        .refine((text) => Buffer.byteLength(text) <= REASON_BYTES_MAX, {
          error: `expected at most ${String(REASON_BYTES_MAX)} bytes of UTF-8`,
        })
        .default('')
        .describe('reason in the close frame'),
    })
    .describe('is closed by the exchange'),
  z
    .strictObject({
      type: z.literal('stall'),
      pong: z.boolean().default(true).describe('whether pings are still answered'),
    })
    .describe('stays open and says nothing any more'),
  z
    .strictObject({ type: z.literal('end-user-stream') })
    .describe('loses its user stream, with the notice the exchange sends; the connection stays'),
] as const;

const matchSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional().describe('HTTP method'),
  path: pattern.optional().describe('path without the query'),
  account: pattern.optional().describe('account id, as `GET /state` lists it'),
  symbol: pattern.optional().describe('market id such as `BTCUSDT`'),
  clientOrderId: pattern.optional().describe('client order id'),
  stream: pattern.optional().describe('the exchange’s own name of a stream, such as `*@depth*`'),
  event: z
    .enum(['reply', 'depth', 'trade', 'quote', 'ticker', 'candle', 'order', 'balance', 'control'])
    .optional()
    .describe('what a message is about'),
});

export type RuleMatch = z.output<typeof matchSchema>;

/** What a kind of action happens to, and by which fields of `match` that can be told. */
export const TARGETS = {
  request: {
    actions: requestActions,
    fields: ['method', 'path', 'account', 'symbol', 'clientOrderId'],
  },
  upgrade: { actions: upgradeActions, fields: ['path'] },
  frame: { actions: frameActions, fields: ['path', 'account', 'stream'] },
  event: {
    actions: eventActions,
    fields: ['path', 'account', 'symbol', 'clientOrderId', 'stream', 'event'],
  },
  connection: {
    actions: connectionActions,
    fields: ['path', 'account', 'symbol', 'clientOrderId', 'stream', 'event'],
  },
} as const satisfies Readonly<
  Record<string, { actions: readonly z.ZodObject[]; fields: readonly (keyof RuleMatch)[] }>
>;

export type Target = keyof typeof TARGETS;

const actionSchema = z.discriminatedUnion('type', [
  ...requestActions,
  ...upgradeActions,
  ...frameActions,
  ...eventActions,
  ...connectionActions,
]);

export type FaultAction = z.output<typeof actionSchema>;
export type RequestAction = z.output<(typeof requestActions)[number]>;
export type UpgradeAction = z.output<(typeof upgradeActions)[number]>;
export type EventAction = z.output<(typeof eventActions)[number]>;
export type ConnectionAction = z.output<(typeof connectionActions)[number]>;

export const ruleSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[\w.-]{1,64}$/, { error: 'expected up to 64 letters, digits, `.`, `_` and `-`' })
      .optional()
      .describe('name of the rule in the log; made up when absent'),
    match: matchSchema
      .optional()
      .describe('all fields must fit; `*` stands for anything in a text; absent: everything'),
    phase: z
      .enum(['before', 'after-accept'])
      .optional()
      .describe(
        'requests only: `before` the engine sees it (default), or after it was carried out',
      ),
    times: z.int().min(1).max(TIMES_MAX).optional().describe('strikes at most so often'),
    probability: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe('strikes by chance, drawn from the rule’s own seeded stream; absent: always'),
    action: actionSchema.describe('what happens'),
  })
  .superRefine((rule, context) => {
    const target = targetOf(rule.action.type);
    const fields: readonly string[] = TARGETS[target].fields;
    for (const field of Object.keys(rule.match ?? {})) {
      if (fields.includes(field)) continue;
      context.addIssue({
        code: 'custom',
        path: ['match', field],
        message: `\`${rule.action.type}\` happens to a ${target}, which has no ${field}; match on ${fields.join(', ')}`,
      });
    }
    if (rule.phase === undefined) return;
    if (target === 'request' && rule.action.type !== 'late-accept') return;
    context.addIssue({
      code: 'custom',
      path: ['phase'],
      message: `\`${rule.action.type}\` has no phase; leave it out`,
    });
  });

export type FaultRule = z.output<typeof ruleSchema>;

const TARGET_OF: ReadonlyMap<string, Target> = new Map(
  (Object.keys(TARGETS) as Target[]).flatMap((target) =>
    TARGETS[target].actions.map((action): [string, Target] => [action.shape.type.value, target]),
  ),
);

/** What an action happens to. */
export function targetOf(type: FaultAction['type']): Target {
  const target = TARGET_OF.get(type);
  if (target === undefined) throw new Error(`no action ${type}`);
  return target;
}

/** Codes that no endpoint may send (RFC 6455 §7.4.1) or that are not assigned. */
function isReserved(code: number): boolean {
  return (code >= 1004 && code <= 1006) || (code >= 1015 && code <= 2999);
}
