import { marketSymbol } from '../../core/domain/ids.ts';
import { answerOf } from './errors.ts';
import { reportOf } from './reports.ts';
import { Supervisor } from './supervisor.ts';
import type { UserStreamOptions } from './userStream.ts';
import { field, listOf, textOf } from './values.ts';

/** A first wait this long counts as subscribed: an account without orders gets no message at all. */
const ASSUMED_UP_MS = 2_000;

/**
 * The private stream of an exchange whose frames we do not read ourselves: a loop over ccxt's watchOrders that only pushes.
 * It tells of orders, not of executions: those of ccxt differ in the sign of fees and in what is merged (OKX), so they are
 * fetched by REST whenever an order reports more filled than is booked. Starts at once.
 */
export function openGenericUserStream(options: UserStreamOptions): Supervisor {
  const { session, sink, quirks, onClockRefused } = options;
  const { clock, logger } = session.options;
  let isUp = false;

  const confirm = (): void => {
    if (isUp) return;
    isUp = true;
    supervisor.up();
    sink.stream(true, 'the private stream is up');
  };
  const run = async (): Promise<never> => {
    const { exchange } = await session.lane('stream');
    const stopWaiting = clock.after(ASSUMED_UP_MS, confirm);
    try {
      for (;;) {
        push(options, await exchange.watchOrders());
        confirm();
      }
    } catch (error) {
      const answer = answerOf(error);
      if (answer !== undefined && quirks.orders.isClockRefused(answer)) onClockRefused();
      throw error;
    } finally {
      stopWaiting();
    }
  };
  const onDown = (message: string): void => {
    if (isUp) sink.stream(false, message);
    isUp = false;
  };
  const supervisor: Supervisor = new Supervisor(
    {
      prepare: () => session.lane('stream'),
      run,
      onDown,
      drop: (reason) => session.builtLane('stream')?.dropAll(reason),
    },
    { name: 'private', clock, logger, secrets: session.secrets },
  );
  supervisor.start();
  return supervisor;
}

function push({ session, sink, quirks }: UserStreamOptions, answer: unknown): void {
  const { clock, symbols } = session.options;
  for (const row of listOf(answer) ?? []) {
    const symbol = marketSymbol(textOf(field(row, 'symbol')) ?? '');
    if (!symbols.includes(symbol)) continue;
    const { form: idForm, streamField } = quirks.rules.clientId;
    const raw = streamField === undefined ? undefined : field(field(row, 'info'), streamField);
    const told = textOf(raw) === undefined ? row : { ...(row as object), clientOrderId: raw };
    const report = reportOf(told, { symbol, idForm, receivedAt: clock.wallMs() });
    // Ours may be told of before we know its id at the exchange: who is a stranger is judged by the lists alone.
    if (report?.clientOrderId !== undefined) sink.report(report);
  }
}
