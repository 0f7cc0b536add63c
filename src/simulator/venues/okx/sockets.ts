/** OKX's websocket connections: text pings, logins, subscriptions, and orders placed over the private address. */
import type { Json, JsonObject } from '../shared/json.ts';
import { isObject, parseObject } from '../shared/json.ts';
import type { FrameFacts, VenueSocket } from '../venue.ts';
import { amendOrder } from './amending.ts';
import type { Authenticator } from './auth.ts';
import type { OkxContext } from './context.ts';
import { OkxError } from './errors.ts';
import type { MarketChannels } from './marketChannels.ts';
import { isMarketChannel, keyOf } from './marketChannels.ts';
import { operate, ordersOf } from './operations.ts';
import type { Address, Peer } from './peers.ts';
import type { OrderOperation } from './trading.ts';
import { cancelOrder, placeOrder } from './trading.ts';
import type { UserChannel, UserChannels } from './userChannels.ts';
import { USER_CHANNELS } from './userChannels.ts';

/** What all connections share. */
export interface Hub {
  readonly context: OkxContext;
  readonly auth: Authenticator;
  readonly markets: MarketChannels;
  readonly users: UserChannels;
}

const ORDER_OPERATIONS: Readonly<Record<string, OrderOperation>> = {
  order: placeOrder,
  'batch-orders': placeOrder,
  'cancel-order': cancelOrder,
  'amend-order': amendOrder,
  'batch-amend-orders': amendOrder,
  'batch-cancel-orders': cancelOrder,
};

/** Channels that exist and that no fee tier of this exchange may use. */
const TIERED_CHANNELS = ['books-l2-tbt', 'books50-l2-tbt'];
const FRAME_SHOWN_MAX = 512;

/** A refusal of a frame or of one subscription in it: websocket error code and text. */
class FrameError extends Error {
  readonly code: number;

  constructor(code: number, msg: string) {
    super(msg);
    this.code = code;
  }
}

/** One connection: reads its frames, answers them, and passes subscriptions on. */
export class OkxSocket implements VenueSocket {
  readonly kind: 'market' | 'user';
  readonly #hub: Hub;
  readonly #peer: Peer;
  readonly #forget: () => void;

  /** @param forget called once when the connection is gone. */
  constructor(hub: Hub, peer: Peer, forget: () => void) {
    this.#hub = hub;
    this.#peer = peer;
    this.#forget = forget;
    this.kind = peer.address === 'private' ? 'user' : 'market';
  }

  get account(): string | undefined {
    return this.#peer.account?.id;
  }

  describe(text: string): FrameFacts {
    const frame = parseObject(text);
    const args = Array.isArray(frame?.['args']) ? (frame['args'] as readonly Json[]) : [];
    return {
      isSubscribe: frame?.['op'] === 'subscribe',
      streams: args.filter(isObject).map(streamOf),
    };
  }

  onFrame(text: string): void {
    const peer = this.#peer;
    peer.isActive = true;
    if (text === 'ping') {
      peer.send({ text: 'pong', kind: 'control' });
      return;
    }
    const frame = parseObject(text);
    const args = frame?.['args'];
    try {
      if (frame === undefined || typeof frame['op'] !== 'string' || !Array.isArray(args))
        throw new FrameError(60012, `Invalid request: ${text.slice(0, FRAME_SHOWN_MAX)}`);
      this.#handle(frame, frame['op'], args as readonly Json[]);
    } catch (error) {
      this.#refuse(error, frame);
    }
  }

  onClose(): void {
    this.#hub.markets.drop(this.#peer);
    this.#hub.users.drop(this.#peer);
    this.#forget();
  }

  /** As before an upgrade of the service: a notice, then the end. */
  endUserStream(): void {
    if (this.kind !== 'user') return;
    const msg = 'The connection will soon be closed for a service upgrade. Please reconnect.';
    const { connId } = this.#peer;
    const text = JSON.stringify({ event: 'notice', code: '64008', msg, connId });
    this.#peer.send({ text, kind: 'control' });
    this.#peer.close(1001, 'service upgrade');
  }

  #handle(frame: JsonObject, op: string, args: readonly Json[]): void {
    if (op === 'login') this.#login(args);
    else if (op === 'subscribe' || op === 'unsubscribe') this.#changeAll(op, args, frame);
    else if (Object.hasOwn(ORDER_OPERATIONS, op)) this.#operate(op, args, frame);
    else throw new FrameError(60019, `Invalid op: ${op.slice(0, FRAME_SHOWN_MAX)}`);
  }

  #refuse(error: unknown, frame: JsonObject | undefined): void {
    if (!(error instanceof FrameError)) throw error;
    const { code, message } = error;
    this.#peer.reply({ ...idOf(frame), event: 'error', code: String(code), msg: message });
  }

  #login(args: readonly Json[]): void {
    const [login] = args;
    if (!isObject(login) || args.length !== 1) throw new FrameError(60013, 'Invalid args');
    if (this.#peer.account !== undefined)
      throw new FrameError(
        60031,
        'The WebSocket endpoint does not allow multiple or repeated logins.',
      );
    const { context, auth } = this.#hub;
    const text = (name: string): string => (typeof login[name] === 'string' ? login[name] : '');
    const outcome = auth.login({
      apiKey: text('apiKey'),
      passphrase: text('passphrase'),
      timestamp: text('timestamp'),
      sign: text('sign'),
    });
    if ('code' in outcome) {
      this.#refuseLogin(outcome.code, outcome.msg);
      return;
    }
    const account = context.world.engine.accounts.get(outcome.accountId);
    if (account === undefined || context.conditions.keyOf(outcome.accountId) === 'revoked') {
      this.#refuseLogin(60032, "API key doesn't exist.");
      return;
    }
    this.#peer.account = account;
    this.#peer.reply({ event: 'login', code: '0', msg: '' });
  }

  #refuseLogin(code: number, msg: string): void {
    this.#peer.reply({ event: 'error', code: String(code), msg });
    this.#peer.close(4001, 'Login Failed');
  }

  /** Each subscription of a frame is answered for itself. */
  #changeAll(op: 'subscribe' | 'unsubscribe', args: readonly Json[], frame: JsonObject): void {
    for (const arg of args) {
      try {
        if (!isObject(arg)) throw new FrameError(60013, 'Invalid args');
        this.#change(op, arg, frame);
      } catch (error) {
        this.#refuse(error, frame);
      }
    }
  }

  #change(op: 'subscribe' | 'unsubscribe', arg: JsonObject, frame: JsonObject): void {
    const { channel } = arg;
    if (typeof channel !== 'string' || channel === '')
      throw new FrameError(60027, 'Parameter channel can not be empty.');
    const user = USER_CHANNELS.find((name) => name === channel);
    const change =
      user === undefined ? this.#marketChange(op, channel, arg) : this.#userChange(op, user, arg);
    this.#peer.reply({ ...idOf(frame), event: op, arg });
    change();
  }

  /** @returns what to do once the answer is sent. */
  #marketChange(op: 'subscribe' | 'unsubscribe', channel: string, arg: JsonObject): () => void {
    const { address } = this.#peer;
    const { markets, context } = this.#hub;
    refuseWrongAddress(channel, address);
    const { instId } = arg;
    const market = typeof instId === 'string' ? context.directory.find(instId) : undefined;
    if (market === undefined || address === 'private' || !isMarketChannel(channel, address))
      throw new FrameError(60018, wrongChannel(arg));
    if (channel === 'trades-all') this.#requireLogin();
    return () => {
      if (op === 'subscribe') markets.subscribe(this.#peer, channel, market);
      else markets.unsubscribe(this.#peer, channel, market);
    };
  }

  /** @returns what to do once the answer is sent. */
  #userChange(op: 'subscribe' | 'unsubscribe', channel: UserChannel, arg: JsonObject): () => void {
    const home = channel === 'orders-algo' ? 'business' : 'private';
    if (this.#peer.address !== home) throw new FrameError(60018, wrongChannel(arg));
    const account = this.#requireLogin();
    if (channel !== 'account') this.#checkOrdersArg(arg);
    const { users } = this.#hub;
    if (op === 'unsubscribe')
      return () => {
        users.unsubscribe(this.#peer, arg);
      };
    return () => {
      users.subscribe(this.#peer, account, channel, arg);
      const connCount = String(users.connectionsOf(account, channel));
      this.#peer.reply({ event: 'channel-conn-count', channel, connCount });
    };
  }

  #checkOrdersArg(arg: JsonObject): void {
    const { instType, instId } = arg;
    if (instType === undefined) throw new FrameError(60027, 'Parameter instType can not be empty.');
    if (instId === undefined) return;
    if (typeof instId !== 'string' || this.#hub.context.directory.find(instId) === undefined)
      throw new FrameError(60018, wrongChannel(arg));
  }

  #requireLogin(): NonNullable<Peer['account']> {
    const { account } = this.#peer;
    if (account === undefined) throw new FrameError(60011, 'Please log in');
    return account;
  }

  /** Orders over the websocket: what the REST endpoint of the same name does and answers. */
  #operate(op: string, args: readonly Json[], frame: JsonObject): void {
    if (this.#peer.address !== 'private')
      throw new FrameError(
        60028,
        'The current operation is not supported by this URL. Please use the correct WebSocket URL for the operation.',
      );
    const account = this.#requireLogin();
    const operation = ORDER_OPERATIONS[op];
    if (operation === undefined) throw new FrameError(60019, `Invalid op: ${op}`);
    const { context } = this.#hub;
    const time = `${String(context.wallNowMs())}000`;
    this.#peer.send({
      text: JSON.stringify({
        ...idOf(frame),
        op,
        // As documented, a refusal over the websocket has its text with the order alone.
        ...answered(() => ({
          ...operate(context, account, operation, ordersOf(args)),
          msg: '',
        })),
        inTime: time,
        outTime: time,
      }),
      kind: 'reply',
    });
  }
}

/** An answer, or the refusal of the whole request. */
function answered<T>(answer: () => T): T | { code: string; msg: string; data: [] } {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof OkxError)) throw error;
    return { code: error.code, msg: error.message, data: [] };
  }
}

/** The id a client gave its frame, to be repeated. */
function idOf(frame: JsonObject | undefined): JsonObject {
  const id = frame?.['id'];
  return typeof id === 'string' ? { id } : {};
}

/** The name fault rules know a subscription by. */
function streamOf({ channel, instId }: JsonObject): string {
  const name = typeof channel === 'string' ? channel : '';
  const isUser = USER_CHANNELS.some((one) => one === name);
  return isUser || typeof instId !== 'string' ? name : keyOf(name, instId);
}

/** Channels that exist, but not here. */
function refuseWrongAddress(channel: string, address: Address): void {
  if (TIERED_CHANNELS.includes(channel))
    throw new FrameError(
      64003,
      "Your trading fee tier doesn't meet the requirement to access this channel",
    );
  if (address !== 'business' && isMarketChannel(channel, 'business'))
    throw new FrameError(
      64001,
      "This channel has been migrated to the '/business' URL. Please subscribe using the new URL.",
    );
  if (address === 'business' && isMarketChannel(channel, 'public'))
    throw new FrameError(64002, 'This channel is not supported by "/business" URL.');
}

function wrongChannel(arg: JsonObject): string {
  const names = Object.entries(arg).map(([name, value]) => `${name}:${JSON.stringify(value)}`);
  return `Wrong URL or ${names.join(',').slice(0, FRAME_SHOWN_MAX)} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`;
}
