/** What of many lines is shown when there is not room for all: the most important fits, and says what is left out. */
import { clippedLine, widthOf } from './text.ts';

/** Lines that belong together. */
export interface Block {
  /** All of them, or what is best shown in so many lines. Never more. */
  readonly lines: (height: number) => readonly string[];
  /** Fewer than that many say nothing. */
  readonly least: number;
  /** Who gets room first: 0 before 1. What is left over is given in the same order. */
  readonly rank: number;
  /** Most lines of a screen of this height; absent: as many as it has. */
  readonly most?: (height: number) => number;
}

/** One line, or a few, that are cut from below. */
export function linesBlock(lines: readonly string[], rank: number): Block {
  return { lines: (height) => lines.slice(0, height), least: Math.min(1, lines.length), rank };
}

/** All lines of all blocks in their order, or what of them fits in a screen of this height. */
export function fitted(blocks: readonly Block[], height = Number.POSITIVE_INFINITY): string[] {
  const full = blocks.map((block) => block.lines(Number.POSITIVE_INFINITY));
  const sizes = full.map((lines) => lines.length);
  if (sum(sizes) <= height) return full.flat();
  const granted = grants(blocks, sizes, height);
  return blocks.flatMap((block, index) => {
    const lines = granted[index] ?? 0;
    return lines === 0 ? [] : block.lines(lines);
  });
}

/** First what each needs to say anything, then the rest, both by rank. */
function grants(blocks: readonly Block[], sizes: readonly number[], height: number): number[] {
  const asked = blocks
    .map((block, index) => ({ block, index, size: sizes[index] ?? 0, lines: 0 }))
    .sort((a, b) => a.block.rank - b.block.rank);
  let left = height;
  for (const each of asked) {
    const least = Math.min(each.block.least, each.size);
    if (least > left) continue;
    each.lines = least;
    left -= least;
  }
  for (const each of asked) {
    if (each.lines === 0) continue;
    const more = Math.min(left, wantedOf(each, height) - each.lines);
    each.lines += more;
    left -= more;
  }
  return [...asked].sort((a, b) => a.index - b.index).map(({ lines }) => lines);
}

function wantedOf(
  { block, size, lines }: { readonly block: Block; readonly size: number; readonly lines: number },
  height: number,
): number {
  return Math.max(lines, Math.min(size, block.most?.(height) ?? size));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Puts parts on as few lines as the width allows, each part whole; one that is wider has a line of its own. */
export function flowed(parts: readonly string[], between: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = last === undefined ? part : last + between + part;
    if (last === undefined || widthOf(joined) > width) lines.push(part);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}

/** Parts on lines; in less room the first of them, cut. */
export function flowBlock(
  parts: readonly string[],
  {
    between,
    width,
    rank,
  }: { readonly between: string; readonly width: number; readonly rank: number },
): Block {
  return {
    lines: (height) => {
      const lines = flowed(parts, between, width);
      if (lines.length <= height) return lines;
      const kept = lines.slice(0, height - 1);
      const rest = lines.slice(height - 1).join(between);
      return [...kept, clippedLine(rest, width)];
    },
    least: Math.min(1, parts.length),
    rank,
  };
}
