/** A user who does a bit of everything in a simulated world, from a seed. */
import type { OrderRequest, OrderType, Side } from '../../src/simulator/engine/types.ts';
import { Random } from '../../src/core/domain/random.ts';
import type { World } from '../../src/simulator/market/world.ts';

const TYPES: readonly OrderType[] = [
  'LIMIT',
  'LIMIT',
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS_LIMIT',
];

/** Opens the account `bob` and lets it trade in `steps` steps of `stepMs` market time. */
export function tradeAround(
  world: World,
  session: { readonly seed: number; readonly steps: number; readonly stepMs: number },
): void {
  const random = Random.stream(session.seed, 'session');
  if (!world.engine.accounts.has('bob')) {
    const balances: Record<string, string> = {};
    for (const { base, quote } of world.instruments)
      Object.assign(balances, { [base]: '1000', [quote]: '1000000' });
    world.openAccount({ id: 'bob', balances });
  }
  for (let step = 0; step < session.steps; step += 1) {
    world.advanceTo(world.nowMs + Math.floor(session.stepMs * (0.5 + random.uniform())));
    act(world, random);
  }
}

function act(world: World, random: Random): void {
  const markets = [...world.markets.values()];
  const market = markets[Math.floor(random.uniform() * markets.length)];
  if (market === undefined) return;
  const { id } = market.instrument;
  const draw = random.uniform();
  if (draw < 0.7) place(world, random, id);
  else if (draw < 0.8) endOrAmend(world, random, draw < 0.76);
  else if (draw < 0.85) placePair(world, random, id);
  else if (draw < 0.88) world.cancelAll('bob', random.uniform() < 0.5 ? id : undefined);
  else if (draw < 0.92) world.setStatus(id, random.uniform() < 0.5 ? 'HALT' : 'TRADING');
  else if (draw < 0.95) world.deposit('bob', market.instrument.quote, '12.5');
  else untidy(world, random, id);
}

/** What exchanges and the owners of accounts do now and then. */
function untidy(world: World, random: Random, id: string): void {
  const draw = random.uniform();
  const { base, quote } = world.market(id).instrument;
  if (draw < 0.3) world.setFlow(id, draw < 0.1 ? 'still' : draw < 0.2 ? 'no-trades' : 'normal');
  else if (draw < 0.5) world.withdraw('bob', base, '0.5');
  else if (draw < 0.6)
    world.setFeeAsset('bob', draw < 0.55 ? null : { asset: base, prices: { [quote]: '600' } });
  else if (draw < 0.7) world.setExchangeFilters({ maxOrders: draw < 0.65 ? 0 : 20 });
  else world.replaceInstrument(id, { minNotional: BigInt(Math.floor(draw * 1e9)) });
}

function place(world: World, random: Random, instrumentId: string): void {
  const type = TYPES[Math.floor(random.uniform() * TYPES.length)] ?? 'LIMIT';
  world.place(request(world, random, { instrumentId, type }));
}

function placePair(world: World, random: Random, instrumentId: string): void {
  const { lastOrderTicks } = world.market(instrumentId);
  const lots = lotsOf(world, random, instrumentId);
  const base = { instrumentId, side: 'SELL', lots } as const;
  const above = Math.round(lastOrderTicks * 1.002);
  const below = Math.round(lastOrderTicks * 0.998);
  world.placeList({
    clientListId: `list${String(world.engine.counters.listId)}`,
    legs: [
      request(world, random, { ...base, type: 'LIMIT_MAKER', ticks: above }),
      request(world, random, {
        ...base,
        type: 'STOP_LOSS_LIMIT',
        ticks: below,
        triggerTicks: below,
        clientOrderId: `stop${String(world.engine.counters.orderId)}`,
      }),
    ],
  });
}

function lotsOf(world: World, random: Random, instrumentId: string): number {
  const { lotDecimals } = world.market(instrumentId).instrument;
  return 1 + Math.floor(random.uniform() * 10 ** lotDecimals);
}

function request(
  world: World,
  random: Random,
  order: Partial<OrderRequest> & { instrumentId: string; type: OrderType },
): OrderRequest {
  const { instrumentId, type } = order;
  const { lastOrderTicks } = world.market(instrumentId);
  const side: Side = random.uniform() < 0.5 ? 'BUY' : 'SELL';
  const ticks = Math.max(1, Math.round(lastOrderTicks * (1 + 0.004 * (random.uniform() - 0.5))));
  return {
    accountId: 'bob',
    side,
    timeInForce: 'GTC',
    ticks,
    ...(type === 'STOP_LOSS_LIMIT' && { triggerTicks: ticks }),
    lots: lotsOf(world, random, instrumentId),
    quoteBudget: 0n,
    clientOrderId: `c${String(world.engine.counters.orderId)}`,
    ...order,
  };
}

/** Cancels one of the oldest orders, or gives it another price and size. */
function endOrAmend(world: World, random: Random, isEnding: boolean): void {
  const open = [...(world.engine.accounts.get('bob')?.open.values() ?? [])];
  const order = open[Math.floor(random.uniform() * Math.min(3, open.length))];
  if (order === undefined) return;
  if (isEnding) world.cancel(order);
  else world.amend(order, { ticks: order.ticks + 1, lots: Math.ceil(order.lots * 0.9) });
}
