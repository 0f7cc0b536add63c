/** At a terminal: state, money, each strategy's last decision and the newest fills, painted again in place. */
import type { StatusDocument } from '../../../runtime/statusDocument.ts';
import type { Bot } from '../../app.ts';
import type { Io } from '../io.ts';
import type { Painter } from '../render/colour.ts';
import { fillLine } from '../render/fillText.ts';
import { fitted, type Block } from '../render/layout.ts';
import { Screen } from '../render/screen.ts';
import { statusScreen } from '../render/statusText.ts';
import { printable } from '../render/text.ts';
import type { View } from './view.ts';

const REPAINT_INTERVAL_MS = 1_000;
/** After something happened; more often than this nobody can read. */
const REPAINT_SOON_MS = 200;
const FILLS_SHOWN = 8;
/** On a small screen. */
const FILLS_MIN = 2;
/** Who gets room first; the parts of the status have ranks from 0 to 9. */
const NOTE_RANK = 2;
const FILLS_RANK = 9;

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
  readonly #ignoreResize: () => void;
  #bot: Bot | undefined;
  #status: StatusDocument | undefined;
  #fills: readonly string[] = [];
  #note = '';
  #painting: Promise<void> | undefined;

  constructor(io: Io, paint: Painter) {
    this.#io = io;
    this.#paint = paint;
    this.#screen = new Screen(io);
    this.#ignoreResize = io.onResize(() => {
      this.#draw();
    });
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
    this.#ignoreResize();
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
    this.#status = (await this.#bot?.status().catch(() => undefined)) ?? this.#status;
    this.#draw();
  }

  #draw(): void {
    const { columns: width } = this.#io.size();
    const { height } = this.#screen;
    const more = [this.#fillBlock(), this.#noteBlock()];
    const look = { paint: this.#paint, width };
    this.#screen.paint(
      this.#status ? statusScreen(this.#status, look, { height, more }) : fitted(more, height),
    );
  }

  #noteBlock(): Block {
    const note = this.#note;
    return { lines: (height) => ['', note].slice(-height), least: 1, rank: NOTE_RANK };
  }

  /** The newest fills, the last ones at the bottom. */
  #fillBlock(): Block {
    const title = ['', this.#paint.dim('FILLS')];
    const fills = this.#fills;
    return {
      lines: (height) =>
        fills.length === 0 ? [] : [...title, ...fills.slice(-Math.max(0, height - title.length))],
      least: fills.length === 0 ? 0 : FILLS_MIN + title.length,
      rank: FILLS_RANK,
    };
  }
}
