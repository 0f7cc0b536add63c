/** Text that is safe and fits. */

// eslint-disable-next-line no-control-regex -- escape sequences are control characters: this is what finds them
const ESCAPES = /\u001b\[[0-9;]*m/gu;
/** As a group, so that splitting keeps them. */
const ESCAPE_PARTS = new RegExp(`(${ESCAPES.source})`, 'u');
const ESCAPE_START = '\u001b[';
// eslint-disable-next-line no-control-regex -- text from outside must not steer the terminal: these are removed
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/gu;

/** Text from outside (an exchange's message, a file) on one line, unable to steer the terminal. */
export function printable(text: string): string {
  return text.replace(CONTROLS, ' ');
}

/** Columns that a text takes; colours take none. */
export function widthOf(text: string): number {
  return Array.from(text.replace(ESCAPES, '')).length;
}

/** At most `columns` wide; what is left out is shown as `…`. For text without colours. */
export function clipped(text: string, columns: number): string {
  const characters = Array.from(text);
  if (characters.length <= columns) return text;
  return columns <= 0 ? '' : `${characters.slice(0, columns - 1).join('')}…`;
}

/** As `clipped`, for lines that may carry colours. */
export function clippedLine(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let shown = '';
  let left = columns - 1;
  for (const part of line.split(ESCAPE_PARTS)) {
    if (part.startsWith(ESCAPE_START)) {
      shown += part;
      continue;
    }
    const characters = Array.from(part).slice(0, Math.max(0, left));
    left -= characters.length;
    shown += characters.join('');
  }
  return `${shown}…`;
}

/** On several lines of at most `columns`, broken between words where that is possible. For text without colours. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= columns) line = joined;
    else {
      if (line !== '') lines.push(line);
      line = word;
      for (; widthOf(line) > columns; line = Array.from(line).slice(columns).join(''))
        lines.push(Array.from(line).slice(0, columns).join(''));
    }
  }
  return [...lines, line];
}
