import type { Condition, Operand, Position, Sign } from '../rule.ts';
import type { RowHome } from './position.ts';
import { parsePosition } from './position.ts';

/**
 * Reads a `when` condition: `OBX-2 = "NM" and not (OBX-5.1 = "<>" or count(OBX-5) > 1)`.
 *
 *     or       := and { "or" and }
 *     and      := unary { "and" unary }
 *     unary    := "not" unary | "(" or ")" | test
 *     test     := operand ( sign literal | ["not"] "in" "(" text { "," text } ")" | ["not"] "valued" )
 *     operand  := position | "event" | "count" "(" position ")" | "length" "(" position ")"
 *     sign     := "=" | "!=" | "<" | ">" | "<=" | ">="
 *
 * Numbers compare with `count` and `length` only, texts with the rest.
 */
export function parseCondition(text: string, home: RowHome): Condition | { readonly error: string } {
  const tokens = tokenize(text);
  if (tokens === undefined) return { error: 'holds a character that the language does not know' };
  try {
    const parser = new Parser(tokens, home);
    const condition = parser.or();
    parser.end();
    return condition;
  } catch (caught) {
    if (caught instanceof ConditionError) return { error: caught.message };
    throw caught;
  }
}

class ConditionError extends Error {}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(!=|<=|>=|[=<>(),])|([A-Za-z0-9_.-]+))/y;

function tokenize(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (match === null) return undefined;
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return tokens;
}

const SIGNS: readonly string[] = ['=', '!=', '<', '>', '<=', '>='];

class Parser {
  readonly #tokens: readonly string[];
  readonly #home: RowHome;
  #next = 0;

  constructor(tokens: readonly string[], home: RowHome) {
    this.#tokens = tokens;
    this.#home = home;
  }

  or(): Condition {
    return this.#joined('or', () => this.#joined('and', () => this.#unary()));
  }

  end(): void {
    if (this.#next < this.#tokens.length)
      throw new ConditionError(`does not end where it should, at "${this.#peek()}"`);
  }

  #joined(op: 'and' | 'or', part: () => Condition): Condition {
    const of = [part()];
    while (this.#peek() === op) {
      this.#next += 1;
      of.push(part());
    }
    return of.length === 1 && of[0] !== undefined ? of[0] : { op, of };
  }

  #unary(): Condition {
    if (this.#take('not')) return { op: 'not', of: this.#unary() };
    if (this.#take('(')) {
      const inner = this.or();
      this.#expect(')');
      return inner;
    }
    return this.#test();
  }

  #test(): Condition {
    const left = this.#operand();
    if (this.#take('not')) return { op: 'not', of: this.#wordTest(left) };
    const sign = this.#peek();
    if (SIGNS.includes(sign)) {
      this.#next += 1;
      return { op: 'compare', sign: sign as Sign, left, right: this.#literal(left) };
    }
    return this.#wordTest(left);
  }

  #wordTest(left: Operand): Condition {
    if (this.#take('valued')) {
      if (left.kind !== 'text') throw new ConditionError('asks whether something is valued that is no position');
      return { op: 'valued', at: left.at };
    }
    if (!this.#take('in')) throw new ConditionError(`lacks a comparison before "${this.#peek()}"`);
    this.#expect('(');
    const values = [this.#string()];
    while (this.#take(',')) values.push(this.#string());
    this.#expect(')');
    return { op: 'in', left, values };
  }

  #operand(): Operand {
    const token = this.#word();
    if (token === 'event') return { kind: 'event' };
    if ((token === 'count' || token === 'length') && this.#take('(')) {
      const at = this.#position(this.#word());
      this.#expect(')');
      return { kind: token, at };
    }
    return { kind: 'text', at: this.#position(token) };
  }

  #position(token: string): Position {
    const at = parsePosition(token, this.#home);
    if (at === undefined) throw new ConditionError(`"${token}" is no position here`);
    return at;
  }

  #literal(left: Operand): string | number {
    if (left.kind !== 'count' && left.kind !== 'length') return this.#string();
    const token = this.#word();
    if (!/^\d+$/.test(token)) throw new ConditionError(`compares ${left.kind} with "${token}", which is no number`);
    return Number(token);
  }

  #string(): string {
    const token = this.#word();
    if (!token.startsWith('"')) throw new ConditionError(`expected a text in double quotes instead of "${token}"`);
    return token.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  }

  #word(): string {
    const token = this.#peek();
    if (token === '') throw new ConditionError('ends too early');
    this.#next += 1;
    return token;
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? '';
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#next += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new ConditionError(`lacks "${token}" before "${this.#peek()}"`);
  }
}
