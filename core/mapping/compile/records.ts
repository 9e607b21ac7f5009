import { elementsOf } from '../../fhir/definitions.ts';
import type { RecordKey, RecordPlan, RecordSet, ReferenceSlot } from '../plan-shape.ts';
import type { CodeTable } from '../rule.ts';
import { compileCodeTable } from './code-table.ts';
import type { Node } from './problems.ts';
import { compileReference } from './reference.ts';
import { compileRows } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

const TABLE = ['resource', 'key', 'time', 'needs', 'refs', 'note', 'rows'];

/** Code tables that a CSV set brings along, under `codes`. */
export function codeTablesOf(node: Node, systems: ReadonlyMap<string, string>): readonly CodeTable[] {
  return node
    .at('codes')
    .entries()
    .map(([name, table]) => compileCodeTable(name, table, systems));
}

/** `csv/synthea.yaml`: the tables of one export, each with its key, its time, its references and its rows. */
export function compileRecordSet(name: string, node: Node, vocabulary: Vocabulary): RecordSet {
  node.only('csv', 'csv', 'codes', 'tables');
  if (node.at('csv').text() !== name) node.at('csv').fail('file-name', `expected ${name}`);
  const tables = node
    .at('tables')
    .entries()
    .map(([table, plan]) => [table, compileTable(table, plan, vocabulary)] as const);
  return { name, tables: Object.fromEntries(tables) };
}

function compileTable(table: string, node: Node, vocabulary: Vocabulary): RecordPlan {
  node.only('csv table', ...TABLE);
  const resource = node.at('resource').text();
  if (elementsOf(resource) === undefined) node.at('resource').fail('type', `"${resource}" is no FHIR R4 resource`);
  const note = node.at('note');
  return {
    table,
    resource,
    key: keyOf(node.at('key')),
    time: node.at('time').texts(),
    needs: node.at('needs').texts(),
    refs: node
      .at('refs')
      .entries()
      .map(([slot, ref]) => referenceOf(resource, slot, ref)),
    ...(note.absent ? {} : { note: { column: note.at('column').text(), date: note.at('date').text('') } }),
    rules: compileRows(node.at('rows'), { kind: 'table', name: table }, resource, vocabulary),
  };
}

function keyOf(node: Node): RecordKey {
  const columns = node.at('columns');
  if (columns.texts().length === 0) columns.fail('key', 'a table needs columns that tell its rows apart');
  return { namespace: node.at('namespace').text(), columns: columns.texts() };
}

function referenceOf(resource: string, slot: string, node: Node): ReferenceSlot & { key: RecordKey } {
  node.only('reference', 'type', 'namespace', 'columns');
  return { ...compileReference(resource, slot, node, node.at('type').text()), key: keyOf(node) };
}
