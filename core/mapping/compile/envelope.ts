import type { EnvelopeMaking } from '../plan-shape.ts';
import { envelopeKeyKinds } from '../plan-shape.ts';
import type { SegmentMap } from '../rule.ts';
import { listedIn, usesOf } from './message.ts';
import type { Node } from './problems.ts';
import { compileReference } from './reference.ts';
import { compileWhen } from './row.ts';

const KEYS = ['key', 'make', 'as', 'id', 'per', 'from', 'about', 'listed', 'when', 'why'];

type Maps = Readonly<Record<string, SegmentMap>>;

/** `envelope/message.yaml`: what is made of a message itself, in every structure whose grammar holds the segment. */
export function compileEnvelope(node: Node, segments: Maps): readonly EnvelopeMaking[] {
  node.only('envelope', 'resources');
  const names = new Map<string, string>();
  return node
    .at('resources')
    .list()
    .map((row) => {
      const making = compileMaking(row, segments, names);
      if (names.has(making.as)) row.at('as').fail('name', `"${making.as}" is taken`);
      names.set(making.as, making.make);
      return making;
    });
}

function compileMaking(node: Node, segments: Maps, names: ReadonlyMap<string, string>): EnvelopeMaking {
  node.only('resource', ...KEYS);
  const make = node.at('make').text();
  const listed = node.at('listed');
  const per = node.at('per').text();
  const when = compileWhen(node.at('when'), { kind: 'segment', name: per });
  return {
    key: node.at('key').text(),
    make,
    as: node.at('as').text(make),
    id: node.at('id').oneOf(envelopeKeyKinds),
    per,
    from: usesOf(node.at('from'), make, segments, []),
    about: node
      .at('about')
      .entries()
      .map(([path, types]) => aboutOf(make, path, types, names)),
    ...(listed.absent ? {} : { listed: listedIn(listed, make, segments, names) }),
    ...(when === undefined ? {} : { when }),
  };
}

// `target: [MessageHeader, '*']`: an element that refers to any type, or to each that is named.
function aboutOf(
  make: string,
  path: string,
  node: Node,
  names: ReadonlyMap<string, string>,
): EnvelopeMaking['about'][number] {
  const listed = node.texts();
  const types = listed.map((name) => (name === '*' ? 'Patient' : (names.get(name) ?? name)));
  const references = types.map((type) => compileReference(make, path, node, type));
  return { slot: path, to: references[0]?.to ?? [], names: listed };
}
