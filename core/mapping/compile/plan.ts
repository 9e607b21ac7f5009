import type { CodeSystem, MessagePlan, Plan, RecordSet, Units } from '../plan-shape.ts';
import type { CodeTable, DatatypeMap, SegmentMap } from '../rule.ts';
import { compileCodeTable } from './code-table.ts';
import { compileEnvelope } from './envelope.ts';
import { compileDatatypeMap, compileSegmentMap, signatureOf } from './maps.ts';
import { compileMessage } from './message.ts';
import type { Problem } from './problems.ts';
import { Node, Problems } from './problems.ts';
import { codeTablesOf, compileRecordSet } from './records.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The mapping files as read from YAML: kind -> file name without its ending -> document. */
export interface Sources {
  readonly messages: Readonly<Record<string, unknown>>;
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly segments: Readonly<Record<string, unknown>>;
  readonly datatypes: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, unknown>>;
  readonly csv: Readonly<Record<string, unknown>>;
  readonly terminology: Readonly<Record<string, unknown>>;
}

export interface FileProblem extends Problem {
  readonly kind: keyof Sources;
  readonly file: string;
}

export interface Compiled {
  readonly plan: Omit<Plan, 'version'>;
  readonly problems: readonly FileProblem[];
}

/** Compiles all mapping files. The plan is worth something only when there are no problems. */
export function compilePlan(sources: Sources): Compiled {
  const compiler = new PlanCompiler(sources);
  return { plan: compiler.run(), problems: compiler.problems };
}

class PlanCompiler {
  readonly problems: FileProblem[] = [];
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  run(): Omit<Plan, 'version'> {
    const systems = this.#systems();
    const uris = new Map(systems.map((system) => [system.name, system.uri]));
    const vocabulary = this.#vocabulary(uris);
    const segments = this.#each('segments', (name, node): SegmentMap => compileSegmentMap(name, node, vocabulary));
    const datatypes = this.#each('datatypes', (name, node): DatatypeMap => compileDatatypeMap(name, node, vocabulary));
    const messages = this.#each('messages', (name, node): MessagePlan => compileMessage(name, node, segments));
    return {
      messages: Object.values(messages),
      envelope: Object.values(this.#each('envelope', (_, node) => compileEnvelope(node, segments))).flat(),
      segments,
      datatypes,
      tables: Object.fromEntries(vocabulary.tables),
      records: this.#each('csv', (name, node): RecordSet => compileRecordSet(name, node, vocabulary)),
      systems,
      units: this.#units(),
    };
  }

  #vocabulary(uris: ReadonlyMap<string, string>): Vocabulary {
    const own = this.#each('tables', (name, node): CodeTable => compileCodeTable(name, node, uris));
    const tables = new Map(Object.entries(own));
    for (const list of Object.values(this.#each('csv', (_, node) => codeTablesOf(node, uris)))) {
      for (const table of list) tables.set(table.name, table);
    }
    const datatypes = new Map(Object.entries(this.#each('datatypes', (_, node) => signatureOf(node))));
    return { tables, datatypes, systems: uris };
  }

  #systems(): readonly CodeSystem[] {
    return this.#file('terminology', 'systems', (node) =>
      node
        .at('systems')
        .entries()
        .map(([name, system]) => {
          system.only('code system', 'uri', 'names', 'syntax');
          const syntax = system.at('syntax').text('');
          return { name, uri: system.at('uri').text(), names: system.at('names').texts(), syntax };
        }),
    );
  }

  #units(): Units {
    return this.#file('terminology', 'ucum', (node) => {
      node.only('units', 'valid', 'aliases');
      const aliases = node
        .at('aliases')
        .entries()
        .map(([text, code]) => [text, code.text()] as const);
      return { valid: node.at('valid').texts(), aliases: Object.fromEntries(aliases) };
    });
  }

  #each<T>(kind: keyof Sources, compile: (name: string, node: Node) => T): Record<string, T> {
    const names = Object.keys(this.#sources[kind]).toSorted();
    return Object.fromEntries(names.map((name) => [name, this.#file(kind, name, (node) => compile(name, node))]));
  }

  #file<T>(kind: keyof Sources, file: string, compile: (node: Node) => T): T {
    const problems = new Problems();
    const compiled = compile(new Node(this.#sources[kind][file], [], problems));
    const known = new Set(this.problems.map(identify));
    for (const problem of problems.found) {
      const found = { ...problem, kind, file };
      // Headers are read twice (once as signatures); one problem is told once.
      if (!known.has(identify(found))) this.problems.push(found);
    }
    return compiled;
  }
}

function identify(problem: FileProblem): string {
  return JSON.stringify([problem.kind, problem.file, problem.pointer, problem.rule, problem.text]);
}
