/** The control API: what testers and operators may see and do. Every change is made whole or not at all. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlError } from './controlError.ts';
import { actsSchema, rulesSchema, timeSchema } from './controlSchema.ts';
import type { TimeRequest } from './controlSchema.ts';
import type { ControlRequest } from './controlServer.ts';
import { STEP_MS_MAX } from './drive.ts';
import type { MarketDrive, TimeReading } from './drive.ts';
import type { Acts } from './faults/acts.ts';
import { conditionsSchema } from './faults/conditionsSchema.ts';
import type { DocumentIssue } from './faults/issues.ts';
import { readDocument } from './faults/issues.ts';
import type { RuleSet } from './faults/ruleSet.ts';
import type { Switchboard } from './faults/switchboard.ts';
import type { RequestLog } from './requestLog.ts';

/** How long a barrier waits for what is under way. */
const BARRIER_MS_MAX = 30_000;
const POLL_MS = 2;

/** What the API steers. */
export interface ControlParts {
  readonly rules: RuleSet;
  readonly log: RequestLog;
  readonly drive: MarketDrive;
  readonly switchboard: Switchboard;
  readonly acts: Acts;
  /** The `GET /state` document. */
  readonly state: () => object;
  /** Rules were added: open connections are offered to them. */
  readonly offer: () => void;
  /** Sends what streams have collected. */
  readonly flush: () => void;
  /** Requests, messages and bytes under way. */
  readonly pending: () => number;
  /** Resolves when everything that has changed is on disk. */
  readonly durable: () => Promise<void>;
}

type Handler = (request: ControlRequest, parts: ControlParts) => unknown;

const ROUTES: ReadonlyMap<string, readonly [handle: Handler, summary: string]> = new Map([
  ['GET /', [index, 'what there is']],
  [
    'GET /state',
    [(_request, { state }) => state(), 'orders, balances, executions by client id, violations'],
  ],
  ['GET /log', [log, 'every request; `?after=SEQ` those after one']],
  [
    'GET /rules',
    [(_request, { rules }) => ({ rules: rules.list() }), 'fault rules with their hits'],
  ],
  ['POST /rules', [addRules, 'adds a fault rule, or a list of them']],
  ['DELETE /rules', [removeRules, 'removes all rules; `DELETE /rules/ID` one']],
  ['GET /conditions', [conditions, 'what is the matter with the exchange as a whole']],
  ['POST /conditions', [setConditions, 'changes that: the fields sent, the others stay']],
  ['POST /acts', [act, 'does what the account’s owner does by hand, an act or a list of them']],
  ['GET /time', [time, 'market time and pace']],
  ['POST /time', [setTime, 'pause, resume, speed, step, jump']],
  ['POST /barrier', [barrier, 'resolves when nothing is under way and all is on disk']],
]);

/** Answers a control request. @throws ControlError 400, 404, 405, 409 or 503. */
export async function answerControl(
  request: ControlRequest,
  parts: ControlParts,
): Promise<unknown> {
  const { method, path } = request;
  const known = path.startsWith('/rules/') && method === 'DELETE' ? '/rules' : path;
  const route = ROUTES.get(`${method} ${known}`);
  if (route !== undefined) return route[0](request, parts);
  const routes = [...ROUTES.keys()];
  const others = routes.filter((name) => name.endsWith(` ${path}`));
  if (others.length > 0)
    throw new ControlError(405, `${method} ${path}: expected ${others.join(' or ')}`);
  throw new ControlError(404, `no ${method} ${path}; there are ${routes.join(', ')}`);
}

function index(): object {
  const routes = [...ROUTES].map(([route, [, summary]]): [string, string] => [route, summary]);
  return { routes: Object.fromEntries(routes), docs: 'docs/simulator.md' };
}

function log({ query }: ControlRequest, { log: requests }: ControlParts): object {
  const after = query.get('after') ?? '0';
  if (!/^\d{1,15}$/.test(after))
    throw new ControlError(400, `after: expected a whole number, got "${after.slice(0, 32)}"`);
  return { count: requests.count, requests: requests.records(Number(after)) };
}

function addRules({ document }: ControlRequest, parts: ControlParts): object {
  const { rules, switchboard, offer } = parts;
  const isList = Array.isArray(document);
  // The index is the caller's own only when a list was sent.
  const own = (issues: readonly DocumentIssue[]): DocumentIssue[] =>
    issues.map((issue) => ({ ...issue, path: issue.path.slice(isList ? 0 : 1) }));
  const reading = readDocument(rulesSchema, isList ? document : [document]);
  const issues = reading.ok ? switchboard.ruleIssues(reading.value) : reading.issues;
  if (!reading.ok || issues.length > 0) throw ControlError.of(own(issues));
  const conflicts = rules.issuesOf(reading.value);
  if (conflicts.length > 0) throw ControlError.of(own(conflicts), 409);
  const ids = rules.add(reading.value);
  offer();
  return { ids };
}

function removeRules({ path }: ControlRequest, { rules }: ControlParts): object {
  if (path === '/rules') return { removed: rules.remove() };
  const id = decoded(path.slice('/rules/'.length));
  const removed = rules.remove(id);
  if (removed === 0) {
    const ids = rules.list().map((rule) => rule.id);
    throw new ControlError(404, `no rule "${id}"; there are ${ids.join(', ') || 'none'}`);
  }
  return { removed };
}

/** @throws ControlError 400 for percent signs that encode nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ControlError(400, `rule id "${text}": expected percent-encoded UTF-8`);
  }
}

function conditions(_request: ControlRequest, { switchboard }: ControlParts): object {
  return switchboard.reading();
}

function setConditions({ document }: ControlRequest, { switchboard }: ControlParts): object {
  const reading = readDocument(conditionsSchema, document);
  if (!reading.ok) throw ControlError.of(reading.issues);
  const issues = switchboard.apply(reading.value);
  if (issues.length > 0) throw ControlError.of(issues);
  return switchboard.reading();
}

/** Acts of a list follow one another; one that is refused does not keep the others from happening. */
async function act({ document }: ControlRequest, { acts, durable }: ControlParts): Promise<object> {
  const isList = Array.isArray(document);
  const reading = readDocument(actsSchema, isList ? document : [document]);
  const issues = reading.ok ? acts.issuesOf(reading.value) : reading.issues;
  if (!reading.ok || issues.length > 0)
    throw ControlError.of(issues.map((it) => ({ ...it, path: it.path.slice(isList ? 0 : 1) })));
  const results = reading.value.map((one) => acts.carryOut(one));
  await durable();
  return { results };
}

function time(_request: ControlRequest, { drive }: ControlParts): TimeReading {
  return drive.reading;
}

async function setTime(
  { document }: ControlRequest,
  { drive }: ControlParts,
): Promise<TimeReading> {
  const reading = readDocument(timeSchema, document);
  if (!reading.ok) throw ControlError.of(reading.issues);
  await moveTime(reading.value, drive);
  return drive.reading;
}

async function moveTime(request: TimeRequest, drive: MarketDrive): Promise<void> {
  switch (request.do) {
    case 'pause':
      drive.pause();
      return;
    case 'resume':
      drive.resume();
      return;
    case 'speed':
      drive.setSpeed(request.speed);
      return;
    case 'step':
      return drive.jump(drive.reading.market_time + request.ms);
    case 'jump':
      return drive.jump(targetOf(request.to, drive.reading.market_time));
  }
}

/** @throws ControlError when the moment is past, or too far off. */
function targetOf(to: number | string, nowMs: number): number {
  const toMs = typeof to === 'number' ? to : Date.parse(to);
  if (toMs < nowMs)
    throw new ControlError(400, `to: the market stands at ${String(nowMs)} and cannot go back`);
  if (toMs - nowMs > STEP_MS_MAX)
    throw new ControlError(400, `to: at most ${String(STEP_MS_MAX)} ms after ${String(nowMs)}`);
  return toMs;
}

async function barrier(_request: ControlRequest, parts: ControlParts): Promise<TimeReading> {
  const endMs = performance.now() + BARRIER_MS_MAX;
  parts.flush();
  while (parts.pending() > 0) {
    if (performance.now() > endMs)
      throw new ControlError(
        503,
        `${String(parts.pending())} deliveries are still under way after ${String(BARRIER_MS_MAX)} ms: a client does not read, or a delay is longer`,
      );
    await sleep(POLL_MS);
  }
  await parts.durable();
  return parts.drive.reading;
}
