import { elementsOf } from '../../fhir/definitions.ts';
import type { CodeRow, CodeTable, DatatypeMap, SegmentMap } from '../rule.ts';
import { checkListedCode, checkOfficial, isListed } from './listed.ts';
import type { Node } from './problems.ts';
import { compileRows } from './row.ts';
import type { Signature, Vocabulary } from './vocabulary.ts';

/** `segments/PID-Patient.yaml`: a segment's rows for one resource. */
export function compileSegmentMap(name: string, node: Node, vocabulary: Vocabulary): SegmentMap {
  node.only('segment map', 'segment', 'resource', 'official', 'rows');
  checkOfficial(node.at('official'));
  const segment = node.at('segment').text();
  const resource = knownType(node.at('resource'));
  if (name !== `${segment}-${resource}`) node.fail('file-name', `expected ${segment}-${resource}, found ${name}`);
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
  if (name !== `${datatype}-${type}`) node.fail('file-name', `expected ${datatype}-${type}, found ${name}`);
  return {
    name,
    datatype,
    type,
    resource,
    rules: compileRows(node.at('rows'), { kind: 'datatype', name: datatype }, type, vocabulary),
  };
}

function knownType(node: Node): string {
  const type = node.text();
  if (elementsOf(type) === undefined) node.fail('type', `"${type}" is no FHIR R4 type that the definitions hold`);
  return type;
}

/** `tables/HL70001-AdministrativeGender.yaml`: source codes and what becomes of them. */
export function compileCodeTable(name: string, node: Node, systems: ReadonlyMap<string, string>): CodeTable {
  node.only('code table', 'table', 'source', 'target', 'official', 'codes', 'kept');
  checkOfficial(node.at('official'));
  node.at('kept').texts();
  if (node.at('table').text() !== name) node.at('table').fail('file-name', `expected ${name}`);
  const codes = node
    .at('codes')
    .entries()
    .flatMap(([code, row]) => {
      if (isListed(row)) {
        checkListedCode(row);
        return [];
      }
      return [[code, compileCode(row, systems)] as const];
    });
  if (codes.length === 0 && node.at('kept').absent)
    node.at('codes').fail('shape', 'a code table without codes maps nothing');
  return {
    name,
    source: systemOf(node.at('source'), systems),
    target: systemOf(node.at('target'), systems),
    codes: Object.fromEntries(codes),
  };
}

/** One row of a code table: the target code, or `{ code, display, system, why }`. */
export function compileCode(node: Node, systems: ReadonlyMap<string, string>): CodeRow {
  if (typeof node.value === 'string' || typeof node.value === 'number') return { code: node.text() };
  node.only('code', 'code', 'display', 'system', 'why');
  return {
    code: node.at('code').text(),
    ...(node.at('display').absent ? {} : { display: node.at('display').text() }),
    ...(node.at('system').absent ? {} : { system: systemOf(node.at('system'), systems) }),
  };
}

function systemOf(node: Node, systems: ReadonlyMap<string, string>): string {
  const text = node.text('');
  if (text === '' || text.includes(':')) return text;
  const uri = systems.get(text);
  if (uri === undefined) node.fail('system', `"${text}" is no code system of terminology/systems.yaml`);
  return uri ?? text;
}
