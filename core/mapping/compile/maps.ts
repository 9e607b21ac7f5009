import { elementsOf } from '../../fhir/definitions.ts';
import type { DatatypeMap, SegmentMap } from '../rule.ts';
import { checkOfficial } from './listed.ts';
import type { Node } from './problems.ts';
import { compileRows } from './row.ts';
import type { Signature, Vocabulary } from './vocabulary.ts';

/** `segments/PID-Patient.yaml`: a segment's rows for one resource. */
export function compileSegmentMap(name: string, node: Node, vocabulary: Vocabulary): SegmentMap {
  node.only('segment map', 'segment', 'resource', 'official', 'rows');
  checkOfficial(node.at('official'));
  const segment = node.at('segment').text();
  const resource = knownType(node.at('resource'));
  checkName(node, name, `${segment}-${resource}`);
  return {
    name,
    segment,
    resource,
    rules: compileRows(node.at('rows'), { kind: 'segment', name: segment }, resource, vocabulary),
  };
}

/** What other rows must know of a datatype map before its rows are read. */
export function signatureOf(node: Node): Signature {
  const resource = !node.at('resource').absent;
  return { datatype: node.at('datatype').text(), type: node.at(resource ? 'resource' : 'type').text(), resource };
}

/** `datatypes/XPN-HumanName.yaml`: a datatype's rows for one FHIR datatype, or for a resource that a reference names. */
export function compileDatatypeMap(name: string, node: Node, vocabulary: Vocabulary): DatatypeMap {
  node.only('datatype map', 'datatype', 'type', 'resource', 'official', 'rows');
  checkOfficial(node.at('official'));
  const { datatype, resource } = signatureOf(node);
  const type = knownType(node.at(resource ? 'resource' : 'type'));
  checkName(node, name, `${datatype}-${type}`);
  return {
    name,
    datatype,
    type,
    resource,
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
