/**
 * OKX spot over a world: what arrives as a request or a frame goes in, what the venue answers comes out. No sockets here.
 * Not modelled: self-trade prevention, which OKX applies to everybody (orders of one account trade with each other) and price
 * limits around an index.
 */
import type { Account } from '../../engine/account.ts';
import type { Json } from '../shared/json.ts';
import { isObject, parseJson } from '../shared/json.ts';
import type {
  RequestFacts,
  Venue,
  VenueConnection,
  VenueOptions,
  VenueReply,
  VenueRequest,
  VenueSocket,
} from '../venue.ts';
import { TriggerOrders } from './algoOrders.ts';
import { Authenticator } from './auth.ts';
import { generatedClientId } from './clientIds.ts';
import type { OkxContext } from './context.ts';
import { MarketDirectory } from './context.ts';
import { DeadManSwitches } from './deadManSwitch.ts';
import { OkxError, badMethod, noPermission, noSuchKey, unavailable } from './errors.ts';
import { MarketChannels } from './marketChannels.ts';
import { operate, ordersOfBody } from './operations.ts';
import { Params } from './params.ts';
import type { Address } from './peers.ts';
import { Peer } from './peers.ts';
import { RequestLimits } from './requestLimits.ts';
import type { Action } from './rest.ts';
import { actionOf } from './rest.ts';
import type { Hub } from './sockets.ts';
import { OkxSocket } from './sockets.ts';
import { UserChannels } from './userChannels.ts';

/** A connection that was sent nothing and sent nothing for this time is closed. */
const IDLE_MS = 30_000;

/** OKX's codes for failures that are not a request's own fault, by HTTP status. */
const FAILURE_CODES: Readonly<Record<number, string>> = {
  404: '404',
  429: '50011',
  503: '50001',
  504: '50004',
};
const FAILURE_CODE = '50026';

/** The venue: REST, the three websocket addresses, and what it says when something is wrong. */
export class OkxVenue implements Venue {
  readonly name = 'okx';
  readonly #context: OkxContext;
  readonly #auth: Authenticator;
  readonly #limits: RequestLimits;
  readonly #hub: Hub;
  /** Connections, and when each was last seen to be alive. */
  readonly #peers = new Map<Peer, number>();
  #connections = 0;
  #nowMs = 0;

  constructor({ world, credentials, wallNowMs, conditions }: VenueOptions) {
    const directory = new MarketDirectory(world);
    this.#context = {
      world,
      wallNowMs,
      conditions,
      directory,
      triggers: new TriggerOrders(),
      switches: new DeadManSwitches(world),
    };
    this.#auth = new Authenticator(credentials, wallNowMs);
    this.#limits = new RequestLimits(conditions, wallNowMs);
    this.#hub = {
      context: this.#context,
      auth: this.#auth,
      markets: new MarketChannels(this.#context),
      users: new UserChannels(this.#context),
    };
  }

  /** None that a client would see. */
  handmadeId(orderId: number): string {
    return generatedClientId(orderId);
  }

  facts(request: VenueRequest): RequestFacts {
    const parsed = parseJson(request.body);
    const first = Array.isArray(parsed) ? (parsed as readonly Json[])[0] : parsed;
    const params = isObject(first) ? Params.ofObject(first) : Params.ofQuery(request.query);
    const account = this.#auth.accountOf(request.header('ok-access-key'));
    const symbol = params.text('instId')?.replaceAll('-', '');
    const clientOrderId = params.text('clOrdId') ?? params.text('algoClOrdId');
    return {
      ...(account !== undefined && { account }),
      ...(symbol !== undefined && { symbol }),
      ...(clientOrderId !== undefined && { clientOrderId }),
    };
  }

  answer(request: VenueRequest): VenueReply | undefined {
    const action = actionOf(request.method, request.path);
    if (action === undefined) return undefined;
    try {
      if (action === 'WRONG_METHOD') throw badMethod();
      return this.#dispatch(action, request);
    } catch (error) {
      if (!(error instanceof OkxError)) throw error;
      return reply(error.status, { code: error.code, data: [], msg: error.message });
    }
  }

  failure(status: number, message: string): VenueReply {
    return reply(status, { code: FAILURE_CODES[status] ?? FAILURE_CODE, data: [], msg: message });
  }

  connect(target: { readonly path: string }, connection: VenueConnection): VenueSocket | undefined {
    const address = /^\/ws\/v5\/(public|private|business)$/.exec(target.path)?.[1];
    if (address === undefined) return undefined;
    this.#connections += 1;
    const connId = this.#connections.toString(16).padStart(8, '0');
    const peer = new Peer(connection, address as Address, connId);
    this.#peers.set(peer, this.#nowMs);
    return new OkxSocket(this.#hub, peer, () => {
      this.#peers.delete(peer);
    });
  }

  flush(monotonicMs: number, paceMs: number): void {
    this.#nowMs = monotonicMs;
    this.#context.switches.flush(monotonicMs);
    this.#hub.markets.flush(paceMs);
    this.#hub.users.flush(monotonicMs);
    for (const [peer, aliveMs] of this.#peers) {
      if (peer.isActive) this.#peers.set(peer, monotonicMs);
      else if (monotonicMs - aliveMs > IDLE_MS)
        this.#closePeer(peer, 4004, 'No data received in 30s');
      peer.isActive = false;
      if (this.#isRevoked(peer))
        this.#closePeer(peer, 4007, 'API key has been updated or deleted. Please reconnect.');
    }
  }

  #isRevoked({ account }: Peer): boolean {
    return account !== undefined && this.#context.conditions.keyOf(account.id) === 'revoked';
  }

  #closePeer(peer: Peer, code: number, reason: string): void {
    this.#peers.delete(peer);
    peer.close(code, reason);
  }

  #dispatch(action: Action, request: VenueRequest): VenueReply {
    const { conditions } = this.#context;
    const isAlways = action.access === 'public' && action.isAlways;
    if (conditions.maintenance && !isAlways) throw unavailable();
    this.#limits.count(this.#auth.accountOf(request.header('ok-access-key')));
    const params = Params.ofQuery(request.query);
    if (action.access === 'public') return success(action.handle(this.#context, params));
    const account = this.#accountOf(request);
    if (action.access === 'private') return success(action.handle(this.#context, params, account));
    if (action.access === 'command') {
      if (conditions.keyOf(account.id) === 'read-only') throw noPermission();
      const [command = params] = ordersOfBody(request.body, false);
      return { ...success(action.handle(this.#context, command, account)), isChanging: true };
    }
    const inTime = this.#microseconds();
    const orders = ordersOfBody(request.body, action.isBatch);
    const answer = operate(this.#context, account, action.operation, orders);
    const body = { ...answer, inTime, outTime: this.#microseconds() };
    return { ...reply(200, body), isChanging: true };
  }

  #accountOf(request: VenueRequest): Account {
    const { accountId } = this.#auth.verify(request);
    const account = this.#context.world.engine.accounts.get(accountId);
    if (account === undefined) throw new Error(`no account ${accountId}`);
    if (this.#context.conditions.keyOf(accountId) === 'revoked') throw noSuchKey();
    return account;
  }

  /** The exchange's clock in microseconds, as text. */
  #microseconds(): string {
    return `${String(this.#context.wallNowMs())}000`;
  }
}

function success(data: Json): VenueReply {
  return reply(200, { code: '0', data, msg: '' });
}

function reply(status: number, body: Json): VenueReply {
  return { status, headers: {}, body: JSON.stringify(body), isChanging: false };
}
