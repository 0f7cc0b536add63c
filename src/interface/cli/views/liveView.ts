/** At a terminal: state, money, each strategy's last decision and the newest fills, painted again in place. */
import type { Bot } from '../../app.ts';
import type { Io } from '../io.ts';
import type { Painter } from '../render/colour.ts';
import { fillLine } from '../render/fillText.ts';
import { Screen } from '../render/screen.ts';
import { statusLines } from '../render/statusText.ts';
import { printable } from '../render/text.ts';
import type { View } from './view.ts';

const REPAINT_INTERVAL_MS = 1_000;
/** After something happened; more often than this nobody can read. */
const REPAINT_SOON_MS = 200;
const FILLS_SHOWN = 8;

export function liveView(io: Io, paint: Painter): View {
  const view = new LiveView(io, paint);
  return {
    progress: (text) => {
      view.note(paint.dim(`${text} …`));
    },
    waiting: (words) => {
      view.note(paint.warn(printable(words)));
    },
    bot: (bot) => {
      view.watch(bot);
    },
    ready: () => {
      view.note(
        paint.dim(
          'Ctrl-C stops; more in another terminal: plimsoll why <strategy>, orders, fills, pause, --help',
        ),
      );
    },
    stopping: (reason) => {
      view.note(paint.warn(`stopping (${printable(reason)}); again to end at once …`));
    },
    say: (level, text) => {
      if (level !== 'info')
        view.above(
          paint[level === 'error' ? 'bad' : 'warn'](text.split('\n').map(printable).join('\n')),
        );
    },
    close: () => view.close(),
  };
}

class LiveView {
  readonly #io: Io;
  readonly #paint: Painter;
  readonly #screen: Screen;
  readonly #timer: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  #bot: Bot | undefined;
  #fills: readonly string[] = [];
  #note = '';
  #painting: Promise<void> | undefined;

  constructor(io: Io, paint: Painter) {
    this.#io = io;
    this.#paint = paint;
    this.#screen = new Screen(io);
    this.#timer = setInterval(() => void this.#repaint(), REPAINT_INTERVAL_MS);
  }

  watch(bot: Bot): void {
    this.#bot = bot;
    bot.onStep(({ fills }) => {
      const lines = fills.map((fill) => fillLine(fill, this.#paint));
      this.#fills = [...this.#fills, ...lines].slice(-FILLS_SHOWN);
      if (lines.length > 0) this.#repaintSoon();
    });
  }

  note(text: string): void {
    this.#note = text;
    void this.#repaint();
  }

  above(text: string): void {
    this.#screen.above(text);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    await this.#painting;
    this.#note = '';
    await this.#repaint();
  }

  #repaintSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.#repaint();
    }, REPAINT_SOON_MS);
  }

  /** One at a time: a slow status document must not lead to a queue of them. */
  #repaint(): Promise<void> {
    this.#painting ??= this.#paintOnce().finally(() => {
      this.#painting = undefined;
    });
    return this.#painting;
  }

  async #paintOnce(): Promise<void> {
    const status = await this.#bot?.status().catch(() => undefined);
    const { columns: width } = this.#io.size();
    const body = status ? statusLines(status, { paint: this.#paint, width }) : [];
    const fills = this.#fills.length === 0 ? [] : ['', this.#paint.dim('FILLS'), ...this.#fills];
    this.#screen.paint([...body, ...fills, '', this.#note]);
  }
}
