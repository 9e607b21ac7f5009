import { sha256 } from '../adapters/hash.ts';
import { createConverter } from '../core/mapping/convert.ts';
import type { CompiledFeed } from '../core/mapping/feed.ts';
import { stringifyFhir } from '../core/mapping/fhir-json.ts';
import { MAPPING_VERSION } from '../core/mapping/version.ts';
import { emptyRoot, mergeLines, type ResourceState } from '../core/merge/merge.ts';
import { bundleOf } from '../core/merge/message-bundle.ts';
import { renderState } from '../core/merge/render.ts';
import { stageConversion } from '../core/merge/stage.ts';
import type { ResourceDraft } from '../core/merge/statement.ts';
import type { Issue } from '../core/outcome.ts';
import { reasonText } from '../core/reasons.ts';
import { type Arguments, readArguments, UsageError } from './arguments.ts';
import { type Unit, unitsOf } from './convert-sources.ts';
import { CoverageCount, coverageTable } from './coverage.ts';
import { type Ended, explain, explanationJson, explanationTable } from './explain.ts';
import { findFeed } from './feeds.ts';
import { findingsOf } from './findings.ts';

const help = `tributary convert <file> --feed <feed> [--to ndjson|bundle] [--envelope]
tributary convert <file> --feed <feed> --explain [--reveal] [--json] [--envelope]
tributary convert <file> --feed <feed> --coverage [--json]

Mapping alone, without a cloud: FHIR on stdout, one resource a line (ndjson) or one Bundle a line for each message
(bundle); issues on stderr, in HL7 terms and without values. Exit 1 when a message could not be converted.
A Bundle of a message is of type message, with its MessageHeader, Provenance and software, which are never loaded.

  --envelope  these in ndjson and with --explain too
  --explain   instead of FHIR, for each message each element with its row and the field it came from (--json: one
              object a message); --reveal adds the values, which are patient data
  --coverage  instead of FHIR, every populated field that no row read, with the number of messages (--json: one object)
`;

/** What a message states, and what became of it in the end. */
interface Staged extends Ended {
  readonly states: readonly ResourceState[];
  /** The Bundle as the envelope states it, which stands only with its entries. */
  readonly bundle?: ResourceDraft;
}

/** What each message, and the end of the file, put on stdout. */
interface Show {
  unit(unit: Unit, staged: Staged): string;
  end(): string;
}

export async function convert(args: readonly string[]): Promise<number> {
  const flags = {
    explain: { type: 'boolean' },
    coverage: { type: 'boolean' },
    reveal: { type: 'boolean' },
    envelope: { type: 'boolean' },
  } as const;
  const parsed = readArguments(args, { feed: { type: 'string' }, to: { type: 'string' }, ...flags }, help);
  if (parsed === undefined) return 0;
  const [file, ...more] = parsed.rest;
  if (file === undefined || more.length > 0 || parsed.values['feed'] === undefined) throw new UsageError(help);
  const feed = findFeed(parsed.values['feed']);
  const show = showOf(parsed, feed);
  const trace = parsed.flags.has('explain') || parsed.flags.has('coverage');
  const envelope = parsed.flags.has('envelope') || parsed.flags.has('coverage') || parsed.values['to'] === 'bundle';
  let dead = 0;
  for await (const unit of unitsOf(file, feed, createConverter(feed, { sha256 }, { trace, envelope }))) {
    const staged = stage(file, unit, feed);
    if (staged.state === 'dead') dead += 1;
    await write(show.unit(unit, staged));
  }
  await write(show.end());
  return dead === 0 ? 0 : 1;
}

function showOf({ flags, values }: Arguments, feed: CompiledFeed): Show {
  const to = values['to'] ?? 'ndjson';
  if (to !== 'ndjson' && to !== 'bundle') throw new UsageError(help);
  const ways = [flags.has('explain'), flags.has('coverage'), values['to'] !== undefined].filter(Boolean);
  if (ways.length > 1 || (flags.has('reveal') && !flags.has('explain'))) throw new UsageError(help);
  if (flags.has('explain')) return showExplanation(flags.has('json'), flags.has('reveal'));
  return flags.has('coverage') ? showCoverage(feed.feed, flags.has('json')) : showFhir(to);
}

function showFhir(to: 'ndjson' | 'bundle'): Show {
  return {
    unit: (_unit, { state, states, bundle }) => {
      if (state === 'dead') return '';
      const resources = states.map(renderState);
      const values = to === 'bundle' ? [bundleOf(resources, bundle)] : resources;
      return values.map((value) => `${stringifyFhir(value)}\n`).join('');
    },
    end: () => '',
  };
}

function showExplanation(json: boolean, reveal: boolean): Show {
  const print = json ? explanationJson : explanationTable;
  return {
    unit: ({ ordinal, conversion: { trace } }, staged) =>
      print(ordinal, staged, explain(staged.states, trace?.explanations ?? [], reveal)),
    end: () => '',
  };
}

function showCoverage(feed: string, json: boolean): Show {
  const count = new CoverageCount(feed);
  return {
    unit: ({ conversion }) => {
      count.add(conversion);
      return '';
    },
    end: () => (json ? `${JSON.stringify(count.result)}\n` : coverageTable(count.result)),
  };
}

/** What the message states, once its findings are told; one that is filtered or dead states nothing. */
function stage(file: string, { ordinal, conversion }: Unit, feed: CompiledFeed): Staged {
  const { messageType } = conversion;
  if (conversion.state !== 'mapped') {
    say(file, ordinal, findingsOf(conversion));
    const { state, reason, path } = conversion;
    return { messageType, state, reason, ...(path === undefined ? {} : { path }), states: [] };
  }
  // Only here does the envelope go the way of what is staged: checked, rendered, shown.
  const [bundles, envelope] = partition(conversion.envelope ?? []);
  const shown = { ...conversion, resources: [...conversion.resources, ...envelope] };
  const staging = stageConversion(shown, {
    ...{ batch: 'convert', ordinal, hash: sha256(`${file}#${ordinal}`), feed: feed.feed },
    ...{ mappingVersion: MAPPING_VERSION, arrivedAt: Date.now() },
  });
  say(file, ordinal, findingsOf(staging));
  if (!staging.ok) return { messageType, state: 'dead', reason: staging.reason, path: staging.path, states: [] };
  const states = Object.values(mergeLines(emptyRoot('convert'), staging.lines).resources);
  return { messageType, state: 'mapped', states, ...(bundles[0] === undefined ? {} : { bundle: bundles[0] }) };
}

const partition = (drafts: readonly ResourceDraft[]): readonly [readonly ResourceDraft[], readonly ResourceDraft[]] => [
  drafts.filter(({ type }) => type === 'Bundle'),
  drafts.filter(({ type }) => type !== 'Bundle'),
];

function say(file: string, ordinal: number, issues: readonly Issue[]): void {
  for (const { code, path } of issues)
    process.stderr.write(`${file}: message ${ordinal}${path ? `: ${path}` : ''}: ${code}: ${reasonText(code)}\n`);
}

async function write(text: string): Promise<void> {
  if (text === '') return;
  if (!process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()));
}
