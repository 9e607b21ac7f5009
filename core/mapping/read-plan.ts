import type { Group } from '../hl7v2/grammar.ts';
import type { Making, MessagePlan, Plan, PlanText } from './plan-shape.ts';
import type { CodeTable, DatatypeMap, SegmentMap } from './rule.ts';

/** A row of a structure as it is written: its key, its groups, and the making's number. */
export type MakingText = readonly [key: string, each: string, making: number];

/** What of a making is the same in every structure that holds it. */
type SharedMaking = Omit<Making, 'key' | 'each'>;

/**
 * The plan, of which each part is parsed when it is first asked for: a feed sends few of the message types, and those need
 * few of the maps and code tables. To whom reads all of it, it is a plain value.
 */
export function readPlan(text: PlanText): Plan {
  const parts = {
    messages: once(() => messagesOf(text)),
    envelope: once(() => parse<Plan['envelope']>(text.envelope)),
    segments: once(() => named(text.segments, mapOf<SegmentMap>)),
    datatypes: once(() => named(text.datatypes, mapOf<DatatypeMap>)),
    tables: once(() => named(text.tables, codeTableOf)),
    records: once(() => parse<Plan['records']>(text.records)),
    systems: once(() => parse<Plan['systems']>(text.systems)),
    units: once(() => parse<Plan['units']>(text.units)),
  };
  return {
    version: text.version,
    get messages() {
      return parts.messages();
    },
    get envelope() {
      return parts.envelope();
    },
    get segments() {
      return parts.segments();
    },
    get datatypes() {
      return parts.datatypes();
    },
    get tables() {
      return parts.tables();
    },
    get records() {
      return parts.records();
    },
    get systems() {
      return parts.systems();
    },
    get units() {
      return parts.units();
    },
  };
}

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

const parse = <T>(json: string): T => JSON.parse(json) as T;

// A text begins and ends with a line end, so that its first and last entries have lines of their own.
const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

function named<T extends { readonly name: string }>(
  text: string,
  entryOf: (head: string, body: string) => T,
): Readonly<Record<string, T>> {
  const entries = linesOf(text).map((line) => {
    const [head = '', body = ''] = line.split('\t');
    return entryOf(head, body);
  });
  return Object.fromEntries(entries.map((entry) => [entry.name, entry]));
}

function mapOf<Map extends SegmentMap | DatatypeMap>(head: string, body: string): Map {
  const rules = once(() => parse<Map['rules']>(body));
  return {
    ...parse<Omit<Map, 'rules'>>(head),
    get rules() {
      return rules();
    },
  } as Map;
}

function codeTableOf(head: string, body: string): CodeTable {
  const codes = once(() => parse<CodeTable['codes']>(body));
  return {
    ...parse<Omit<CodeTable, 'codes'>>(head),
    get codes() {
      return codes();
    },
  };
}

function messagesOf(text: PlanText): readonly MessagePlan[] {
  const shared = linesOf(text.makings).map((line) => once(() => parse<SharedMaking>(line)));
  return linesOf(text.messages).map((line) => {
    const [head = '', grammarText = '', rows = ''] = line.split('\t');
    const message = parse<Omit<MessagePlan, 'grammar' | 'makings'>>(head);
    const grammar = once(() => parse<Group>(grammarText));
    const makings = once(() => parse<readonly MakingText[]>(rows).map((row) => makingOf(row, shared)));
    return {
      ...message,
      get grammar() {
        return grammar();
      },
      get makings() {
        return makings();
      },
    };
  });
}

function makingOf([key, each, number]: MakingText, shared: readonly (() => SharedMaking)[]): Making {
  const common = shared[number];
  if (common === undefined) throw new Error(`The plan has no making ${number}`);
  const { make, as, id, ...rest } = common();
  return { key, make, as, id, each: each === '' ? [] : each.split('.'), ...rest };
}
