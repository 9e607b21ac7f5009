/**
 * HAPI's R4 instance validator over everything that the samples become: an opinion on our FHIR that is not ours. It knows
 * R4 and its code systems and asks no server. An error that is not in `listed.yaml` fails, and so does one listed in vain.
 * A part of a path as argument tries the samples of that path alone.
 */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { stringifyFhir } from '../../core/mapping/fhir-json.ts';
import type { Resource } from '../../core/merge/render.ts';
import { convertFile, shared } from '../samples.ts';
import { findValidator, type ValidatorError, validate } from './validator.ts';

/** An error that stands, by rule, path without indices and part of the validator's words, with the reason why. */
interface Listed {
  readonly rule: string;
  readonly path?: string;
  readonly text?: string;
  readonly why: string;
}

const home = join(import.meta.dirname, '../..');
const shipped = (feed: string): string => join(home, 'mappings/feeds', `${feed}.yaml`);
const anySender = join(import.meta.dirname, '../converter-samples/feed.yaml');
const sources: readonly { readonly files: string; readonly feed: string }[] = [
  { files: join(home, 'samples/samples-hl7/*.hl7'), feed: shipped('samples-hl7') },
  { files: join(home, 'samples/synthea/*.csv'), feed: shipped('synthea') },
  { files: join(home, 'test/fixtures/hl7v2/*/*.hl7'), feed: join(home, 'test/fixtures/hl7v2/feed.yaml') },
  { files: join(home, 'test/fixtures/csv/*.csv'), feed: join(home, 'test/fixtures/csv/feed.yaml') },
  ...readdirSync(join(home, 'test/fixtures/hl7v2-feeds')).map((feed) => ({
    files: join(home, 'test/fixtures/hl7v2-feeds', feed, '*.hl7'),
    feed: shipped(feed),
  })),
  ...(shared === undefined
    ? []
    : [
        { files: join(shared, 'hl7v2/converter-samples/*.hl7'), feed: anySender },
        { files: join(shared, 'hl7v2/guide-tests/*.hl7'), feed: anySender },
        { files: join(shared, 'hl7v2/edge/*.hl7'), feed: anySender },
        { files: join(shared, 'hl7v2/simhospital-*.hl7'), feed: shipped('simhospital') },
        { files: join(shared, 'csv/synthea-3-patients/csv/*.csv'), feed: shipped('synthea') },
      ]),
];

async function run(classPath: string, part: string): Promise<number> {
  const resources = gather(part);
  if (resources.size === 0) throw new Error('No sample became a resource');
  console.log(`${resources.size} different resources and bundles go to the validator`);
  const errors = await validate(classPath, resources);
  const list = parse(readFileSync(join(import.meta.dirname, 'listed.yaml'), 'utf8')) as readonly Listed[];
  const open = errors.filter((error) => !list.some((listed) => covers(listed, error)));
  // Of a part of the samples nothing can be said to be gone.
  const vain = part === '' ? list.filter((listed) => !errors.some((error) => covers(listed, error))) : [];
  for (const { name, path, rule, text } of open) console.log(`${name}: ${path}: ${rule}: ${text}`);
  for (const entry of vain) console.log(`gone, take it off the list: ${nameOf(entry)}`);
  for (const entry of list)
    console.log(`${errors.filter((error) => covers(entry, error)).length} listed: ${nameOf(entry)}`);
  console.log(`${errors.length} errors, ${errors.length - open.length} of them listed`);
  return open.length + vain.length === 0 ? 0 : 1;
}

/**
 * Everything that would be loaded, and the Bundle of the first message of each type in each file with all that it holds,
 * as JSON under the message it comes from. Equal resources go once.
 */
function gather(part: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const take = (name: string, resource: Resource): void => {
    const said = stringifyFhir({ ...resource, id: '', meta: { ...(resource['meta'] as object), source: '' } });
    if (!seen.has(said)) found.set(`${name} ${resource.resourceType}/${resource.id}`, stringifyFhir(resource));
    seen.add(said);
  };
  for (const { files, feed } of sources) {
    const paths = globSync(files).toSorted();
    if (paths.length === 0) throw new Error(`No sample is left at ${files}`);
    for (const path of paths.filter((name) => name.includes(part))) takeFile(path, feed, take);
  }
  return found;
}

function takeFile(path: string, feed: string, take: (name: string, resource: Resource) => void): void {
  const types = new Set<string>();
  for (const { id, messageType, resources, bundle } of convertFile(path, feed)) {
    const name = `${basename(dirname(path))}/${id}`;
    for (const resource of resources) take(name, resource);
    // A Bundle repeats what it holds: one of each type shows how its parts stand together.
    if (bundle !== undefined && !types.has(messageType)) take(name, { resourceType: 'Bundle', id: 'shown', ...bundle });
    types.add(messageType);
  }
}

const nameOf = ({ rule, path, text }: Listed): string =>
  [rule, path, text].filter((part) => part !== undefined).join(' ');

function covers({ rule, path, text }: Listed, error: ValidatorError): boolean {
  // What stands in a Bundle is named as it is when it stands alone.
  const at = error.path.replaceAll(/\[\d+\]/g, '').replace(/^Bundle\.entry\.resource\/\*(\w+)[^*]*\*\//, '$1');
  if (path === undefined && text === undefined) throw new Error(`Expected a path or text beside ${rule}`);
  return error.rule === rule && at === (path ?? at) && error.text.includes(text ?? '');
}

const validator = findValidator();
if ('skipped' in validator) console.log(`skipped: no HAPI validator (${validator.skipped})`);
else process.exitCode = await run(validator.classPath, process.argv[2] ?? '');
