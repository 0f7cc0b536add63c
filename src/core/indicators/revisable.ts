import type { Bar } from '../domain/market.ts';
import type { Indicator, IndicatorBar, IndicatorState } from './contract.ts';
import { Gate } from './parts/gate.ts';
import { PartGroup, type Part } from './parts/part.ts';
import { saved, StateReader } from './parts/stateReader.ts';

/** The parts of an indicator. */
class Parts extends PartGroup {}

/**
 * Base of the kernels. A kernel is arithmetic on parts: whatever changes with a bar lies in a part that it `keep`s, and so
 * `replace`, `reset`, `save` and `restore` are written once, here.
 *
 * `update` begins with `this.gate.admits(bar)` and leaves everything as it is when that is false. Kernels take bars with
 * high ≥ low and volume ≥ 0, which the market stage makes sure of; only what is not a finite number is kept out here.
 */
export abstract class Revisable implements Indicator {
  abstract readonly warmUp: number;
  abstract get value(): number;
  protected readonly gate: Gate;
  readonly #parts = new Parts();
  #id = '';

  constructor(gate = new Gate()) {
    this.gate = this.#parts.keep(gate);
  }

  get settle(): number {
    return this.warmUp + this.#parts.fade;
  }

  abstract update(bar: IndicatorBar): number;

  replace(bar: IndicatorBar): number {
    if (!this.gate.isWhole(bar)) return this.value;
    if (!this.gate.refused) this.#parts.takeBack();
    return this.update(bar);
  }

  reset(): void {
    this.#parts.reset();
  }

  read(output: string): number {
    const value: unknown = Reflect.get(this, output);
    if (typeof value !== 'number') throw new RangeError(`${output}: not an output`);
    return value;
  }

  save(): IndicatorState {
    const values: number[] = [];
    this.#parts.save(values);
    return { id: this.#id, values: values.map(saved) };
  }

  restore({ id, values }: IndicatorState): void {
    if (id !== this.#id)
      throw new RangeError(`INDICATOR_STATE_INVALID: it is of "${id}", this is "${this.#id}"`);
    const reader = new StateReader(values);
    try {
      this.#parts.restore(reader);
      reader.end();
    } catch (error) {
      this.reset();
      throw error;
    }
  }

  /** Says what it is, with its parameters: a state of another is refused from then on. */
  identify(id: string): this {
    this.#id = id;
    return this;
  }

  /** Makes it a part of this. A part that is fed with what another gives makes this forget as much later. */
  protected keep<Kept extends Part>(part: Kept): Kept {
    return this.#parts.keep(part);
  }

  /** The same for a part that stands beside another that remembers at least as long. */
  protected keepBeside<Kept extends Part>(part: Kept): Kept {
    return this.#parts.keepBeside(part);
  }
}

/** (high + low + close) / 3. */
export function typicalPrice(bar: Bar): number {
  return (bar.high + bar.low + bar.close) / 3;
}
