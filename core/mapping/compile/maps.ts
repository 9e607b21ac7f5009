import { elementsOf } from '../../fhir/definitions.ts';
import type { DatatypeMap, SegmentMap } from '../rule.ts';
import { checkOfficial } from './listed.ts';
import { parsePosition } from './position.ts';
import type { Node } from './problems.ts';
import { compileRows, compileWhen } from './row.ts';
import type { Signature, Vocabulary } from './vocabulary.ts';

/** `segments/PID-Patient.yaml`: a segment's rows for one resource. */
export function compileSegmentMap(name: string, node: Node, vocabulary: Vocabulary): SegmentMap {
  node.only('segment map', 'segment', 'resource', 'official', 'when', 'each', 'rows');
  checkOfficial(node.at('official'));
  const segment = node.at('segment').text();
  const resource = knownType(node.at('resource'));
  checkName(node, name, `${segment}-${resource}`);
  const home = { kind: 'segment', name: segment } as const;
  const when = compileWhen(node.at('when'), home);
  return {
    name,
    segment,
    resource,
    ...(when === undefined ? {} : { when }),
    ...(node.at('each').absent ? {} : { each: fieldOf(node.at('each'), segment) }),
    rules: compileRows(node.at('rows'), home, resource, vocabulary),
  };
}

// `OBX-5`: a whole field of the segment itself.
function fieldOf(node: Node, segment: string): number {
  const at = parsePosition(node.text(), { kind: 'segment', name: segment });
  if (at?.kind === 'field' && at.segment === segment && at.component === 0) return at.field;
  node.fail('position', `"${String(node.value)}" is no field of ${segment}`);
  return 0;
}

/** What other rows must know of a datatype map before its rows are read. */
export function signatureOf(node: Node): Signature {
  const resource = !node.at('resource').absent;
  return { datatype: node.at('datatype').text(), type: node.at(resource ? 'resource' : 'type').text(), resource };
}

/** `datatypes/XPN-HumanName.yaml`: a datatype's rows for one FHIR datatype, or for a resource that a reference names. */
export function compileDatatypeMap(name: string, node: Node, vocabulary: Vocabulary): DatatypeMap {
  node.only('datatype map', 'datatype', 'type', 'resource', 'part', 'official', 'rows');
  checkOfficial(node.at('official'));
  const { datatype, resource } = signatureOf(node);
  const type = knownType(node.at(resource ? 'resource' : 'type'));
  checkName(node, name, `${datatype}-${type}`);
  return {
    name,
    datatype,
    type,
    resource,
    ...(node.at('part').flag(false) ? { part: true } : {}),
    rules: compileRows(node.at('rows'), { kind: 'datatype', name: datatype }, type, vocabulary),
  };
}

// Two maps from and to the same types are told apart by a word of their own: `EIP-Identifier-Placer`.
function checkName(node: Node, name: string, expected: string): void {
  if (name !== expected && !name.startsWith(`${expected}-`))
    node.fail('file-name', `expected ${expected}, found ${name}`);
}

function knownType(node: Node): string {
  const type = node.text();
  if (elementsOf(type) === undefined) node.fail('type', `"${type}" is no FHIR R4 type that the definitions hold`);
  return type;
}
