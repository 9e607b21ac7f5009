/** One thing wrong in a table: where in its document, under which rule of the notation, in words. */
export interface Problem {
  readonly pointer: readonly (string | number)[];
  readonly rule: string;
  readonly text: string;
}

/** Collects problems under a place in a document, so that all of them are told at once. */
export class Problems {
  readonly found: Problem[] = [];
  report(pointer: readonly (string | number)[], rule: string, text: string): void {
    this.found.push({ pointer, rule, text });
  }
}

/** A value of a YAML document with the place where it stands. */
export class Node {
  readonly value: unknown;
  readonly pointer: readonly (string | number)[];
  readonly problems: Problems;

  constructor(value: unknown, pointer: readonly (string | number)[], problems: Problems) {
    this.value = value;
    this.pointer = pointer;
    this.problems = problems;
  }

  at(key: string | number): Node {
    const held = this.value as Record<string | number, unknown> | undefined | null;
    return new Node(held?.[key], [...this.pointer, key], this.problems);
  }

  get absent(): boolean {
    return this.value === undefined || this.value === null;
  }

  fail(rule: string, text: string): void {
    this.problems.report(this.pointer, rule, text);
  }

  /** Reports every key that the notation does not know. */
  only(rule: string, ...known: readonly string[]): this {
    for (const key of Object.keys(this.record())) {
      if (!known.includes(key)) this.at(key).fail(rule, `unknown key "${key}"; known are ${known.join(', ')}`);
    }
    return this;
  }

  record(): Readonly<Record<string, unknown>> {
    if (typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)) {
      return this.value as Record<string, unknown>;
    }
    if (!this.absent) this.fail('shape', 'expected a mapping of names to values');
    return {};
  }

  entries(): readonly (readonly [string, Node])[] {
    return Object.keys(this.record()).map((key) => [key, this.at(key)] as const);
  }

  list(): readonly Node[] {
    if (this.absent) return [];
    if (Array.isArray(this.value)) return this.value.map((_, index) => this.at(index));
    this.fail('shape', 'expected a list');
    return [];
  }

  /** A text; a number is taken as its digits, as YAML reads `10` so. */
  text(fallback?: string): string {
    if (typeof this.value === 'string') return this.value;
    if (typeof this.value === 'number') return String(this.value);
    if (this.absent && fallback !== undefined) return fallback;
    this.fail('shape', this.absent ? 'is missing' : 'expected a text');
    return fallback ?? '';
  }

  /** One text or a list of texts. */
  texts(): readonly string[] {
    if (this.absent) return [];
    return Array.isArray(this.value) ? this.list().map((item) => item.text()) : [this.text()];
  }

  oneOf<T extends string>(known: readonly T[], fallback?: T): T {
    const text = this.text(fallback);
    const found = known.find((word) => word === text);
    if (found !== undefined) return found;
    this.fail('word', `expected one of ${known.join(', ')}`);
    return fallback ?? (known[0] as T);
  }

  flag(fallback: boolean): boolean {
    if (typeof this.value === 'boolean') return this.value;
    if (!this.absent) this.fail('shape', 'expected true or false');
    return fallback;
  }

  count(fallback: number): number {
    if (typeof this.value === 'number' && Number.isInteger(this.value) && this.value >= 0) return this.value;
    if (!this.absent) this.fail('shape', 'expected a whole number');
    return fallback;
  }
}
