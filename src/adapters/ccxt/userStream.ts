import type { GatewaySink } from '../../ports/exchangeGateway.ts';
import { symbolsById } from './fastStreams.ts';
import { answerOf } from './errors.ts';
import type { ExchangeQuirks } from './quirks/quirks.ts';
import type { Session } from './session.ts';
import { Supervisor } from './supervisor.ts';

export interface UserStreamOptions {
  readonly session: Session;
  readonly quirks: ExchangeQuirks;
  readonly sink: GatewaySink;
  /** Called before a new attempt when the exchange refused the last one for its timestamp. */
  readonly onClockRefused: () => void;
}

/** The private stream: orders, executions and balances, read at the frame. Starts at once. */
export function openUserStream({
  session,
  quirks,
  userFrames,
  sink,
  onClockRefused,
}: UserStreamOptions & {
  readonly userFrames: NonNullable<ExchangeQuirks['userFrames']>;
}): Supervisor {
  const { clock, logger, symbols } = session.options;
  let isUp = false;

  const run = async (): Promise<unknown> => {
    const opened = await session.lane('stream');
    // One that is not listed, misspelt or gone, must not keep the others' news away.
    const listed = symbols.filter((symbol) => session.listed.includes(symbol));
    const byId = symbolsById(opened.exchange, listed);
    const read = userFrames((id) => byId.get(id), {
      report: (report) => sink.report(report),
      fill: (fill) => sink.fill(fill),
      balances: (balances, at) => sink.balances(balances, at),
      subscribed: () => {
        supervisor.up();
        isUp = true;
        sink.stream(true, 'the private stream is up');
      },
      ended: (reason) => opened.dropAll(new Error(`the exchange ended the stream: ${reason}`)),
    });
    opened.onFrame = (_client, message) => read(message);
    try {
      // Pending for ever: its data is taken at the frame. What is wanted is the dial, the login, and the news of a loss.
      return await opened.exchange.watchMyTrades();
    } catch (error) {
      const answer = answerOf(error);
      if (answer !== undefined && quirks.orders.isClockRefused(answer)) onClockRefused();
      throw error;
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
