/** What became of a call: what it threw, by class, or what it gave. */

interface Thrown {
  /** Name of the class. */
  readonly thrown: string;
  readonly message: string;
  /** Names of the class and of all that it extends, nearest first. */
  readonly classes: readonly string[];
}

/** What a call rejects with. @throws Error when it resolves. */
export async function thrownBy(call: Promise<unknown>): Promise<Thrown> {
  let value: unknown;
  try {
    value = await call;
  } catch (error) {
    const classes = classesOf(error);
    const message = error instanceof Error ? error.message : String(error);
    return { thrown: classes[0] ?? '', message, classes };
  }
  throw new Error(`expected an error, got ${JSON.stringify(value).slice(0, 200)}`);
}

/** The name of the class that a call rejects with; `no error` when it resolves. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'no error';
  } catch (error) {
    return classesOf(error)[0] ?? '';
  }
}

/** Whether a call is still unsettled after so long. */
export async function isPendingAfter(call: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, true);
  });
  const settled = call.then(
    () => false,
    () => false,
  );
  const isPending = await Promise.race([settled, late]);
  clearTimeout(timer);
  return isPending;
}

/** Polls until a condition holds. @throws Error after the deadline. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`not seen in 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function classesOf(error: unknown): string[] {
  const names: string[] = [];
  for (
    let prototype: unknown = Object.getPrototypeOf(error);
    prototype !== null && prototype !== undefined;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const { name } = (prototype as { constructor: { name: string } }).constructor;
    if (name === 'Object') break;
    names.push(name);
  }
  return names;
}
