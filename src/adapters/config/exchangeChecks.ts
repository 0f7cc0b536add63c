/** What must hold of the exchange that a configuration names, before anything goes there. */
import { EXCHANGES, PROVEN_EXCHANGES } from '../../core/domain/exchanges.ts';
import type { PlimsollConfig } from './config.ts';
import type { Secrets } from './environment.ts';
import { problemAt } from './explain.ts';
import type { ConfigProblem } from './problem.ts';
import type { SourceFile } from './source.ts';

const PROVEN = PROVEN_EXCHANGES.join(' or ');

export function exchangeProblems(
  config: PlimsollConfig,
  source: SourceFile,
  secrets: Secrets,
): ConfigProblem[] {
  return [
    ...trustProblems(config, source),
    ...placeProblems(config, source),
    ...keyProblems(config, source, secrets),
    ...proxyProblems(config, source, secrets),
  ];
}

/** What works and must be known: an exchange that was only read about. */
export function exchangeWarnings(
  { exchange: { id, acceptsUnproven } }: PlimsollConfig,
  source: SourceFile,
): ConfigProblem[] {
  if (EXCHANGES[id].proven || !acceptsUnproven) return [];
  const problem = `${id} is unproven: its rules are from its documentation, tried against recorded answers and never against the exchange; begin with small orders`;
  return [problemAt(source, ['exchange', 'unproven'], problem)];
}

function trustProblems(
  { exchange: { id, acceptsUnproven } }: PlimsollConfig,
  source: SourceFile,
): ConfigProblem[] {
  if (EXCHANGES[id].proven || acceptsUnproven) return [];
  const problem = `is ${id}, which this program was never run against: its rules are from its documentation and recorded answers alone`;
  const fix = `write unproven: accept below it to use it all the same, or id: ${PROVEN}`;
  return [problemAt(source, ['exchange', 'id'], problem, { fix })];
}

function placeProblems({ exchange }: PlimsollConfig, source: SourceFile): ConfigProblem[] {
  const { id, simulated, testnet } = exchange;
  const problems: ConfigProblem[] = [];
  if (simulated !== undefined && !EXCHANGES[id].proven) {
    const problem = `speaks no protocol of ${id}`;
    const fix = `write id: ${PROVEN}, or remove this block`;
    problems.push(problemAt(source, ['exchange', 'simulated'], problem, { fix }));
  }
  if (testnet && !EXCHANGES[id].testnet) {
    const problem = `${id} has no test network`;
    problems.push(problemAt(source, ['exchange', 'testnet'], problem, { fix: 'remove this' }));
  }
  return problems;
}

/** Live, and on a test network, every part of the account's key is needed. */
function keyProblems(
  { mode, exchange: { id, testnet } }: PlimsollConfig,
  source: SourceFile,
  { apiKey, apiSecret, apiPassphrase }: Secrets,
): ConfigProblem[] {
  if (mode !== 'live' && !testnet) return [];
  const fix = 'put them into .env; see .env.example';
  const problems: ConfigProblem[] = [];
  if (apiKey === undefined || apiSecret === undefined) {
    const problem =
      'needs the keys of the account: PLIMSOLL_API_KEY and PLIMSOLL_API_SECRET are not both set';
    problems.push(problemAt(source, ['exchange'], problem, { fix }));
  }
  if (EXCHANGES[id].passphrase && apiPassphrase === undefined) {
    const problem = `keys of ${id} have a third part: PLIMSOLL_API_PASSPHRASE is not set`;
    problems.push(problemAt(source, ['exchange'], problem, { fix }));
  }
  return problems;
}

function proxyProblems(
  { exchange: { proxy } }: PlimsollConfig,
  source: SourceFile,
  { proxyAuth }: Secrets,
): ConfigProblem[] {
  if (proxy === undefined || proxyAuth === undefined || /^[^:]+:./u.test(proxyAuth)) return [];
  const problem = 'PLIMSOLL_PROXY_AUTH is not a user and a password, user:password';
  return [problemAt(source, ['exchange', 'proxy'], problem)];
}
