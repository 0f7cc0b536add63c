import type { Context } from './context.ts';

const BAR_WIDTH = 30;

/** A bar on stderr, for people only. */
export function progressLine({ io }: Context): {
  /** Share in [0, 1]. */
  readonly show: (share: number) => void;
  /** The same, with words before it. */
  readonly label: (words: string, share: number) => void;
  readonly clear: () => void;
} {
  let shown = '';
  const write = (text: string): void => {
    if (!io.errIsTerminal || text === shown) return;
    io.err(`\r${text.padEnd(shown.length)}${text === '' ? '\r' : ''}`);
    shown = text;
  };
  const label = (words: string, share: number): void => {
    const done = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
    const bar = `[${'#'.repeat(done)}${'.'.repeat(BAR_WIDTH - done)}] ${Math.round(share * 100)}%`;
    write(words === '' ? bar : `${words} ${bar}`);
  };
  return {
    label,
    show: (share) => {
      label('', share);
    },
    clear: () => {
      write('');
    },
  };
}
