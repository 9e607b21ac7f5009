import { createHash } from 'node:crypto';
import { sqsError } from './sqs-error.ts';

/** A message attribute on the wire; binary values travel as base64. */
interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}

/**
 * MD5 of message attributes: by name, each part with its length in four bytes before it, strings marked 1 and binary
 * values 2 (SQS developer guide, "Calculating the MD5 message digest for message attributes").
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  for (const name of names) {
    const attribute = attributes[name] as MessageAttribute;
    const isBinary = attribute.BinaryValue !== undefined;
    const value = isBinary
      ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
      : Buffer.from(attribute.StringValue ?? '');
    hash.update(withLength(Buffer.from(name))).update(withLength(Buffer.from(attribute.DataType)));
    hash.update(Buffer.of(isBinary ? 2 : 1)).update(withLength(value));
  }
  return hash.digest('hex');
}

function withLength(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return Buffer.concat([length, part]);
}

const ATTRIBUTE_NAME = /^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/;
const DATA_TYPE = /^(String|Number|Binary)(\..{1,248})?$/;

/** Checks and copies the attributes of one message; throws `InvalidParameterValue` for what SQS refuses. */
export function readAttributes(input: unknown): MessageAttributes {
  if (input === undefined || input === null) return {};
  const entries = Object.entries(input as Record<string, Record<string, unknown>>);
  if (entries.length > 10)
    throw sqsError('InvalidParameterValue', 'Number of message attributes exceeds the allowed maximum of 10.');
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, value: Record<string, unknown>): MessageAttribute {
  if (!ATTRIBUTE_NAME.test(name) || /^(aws|amazon)\./i.test(name)) {
    throw sqsError('InvalidParameterValue', 'A message attribute has an invalid name.');
  }
  const type = value['DataType'];
  const kind = typeof type === 'string' ? DATA_TYPE.exec(type)?.[1] : undefined;
  if (kind === undefined)
    throw sqsError(
      'InvalidParameterValue',
      'The type of a message attribute is invalid. Use String, Number or Binary.',
    );
  if (value['StringListValues'] !== undefined || value['BinaryListValues'] !== undefined) {
    throw sqsError('UnsupportedOperation', 'List values of message attributes are not implemented, in SQS as here.');
  }
  const content = value[kind === 'Binary' ? 'BinaryValue' : 'StringValue'];
  if (typeof content !== 'string' || content === '') {
    throw sqsError('InvalidParameterValue', 'A message attribute must contain a non-empty value of its type.');
  }
  return kind === 'Binary'
    ? { DataType: String(type), BinaryValue: content }
    : { DataType: String(type), StringValue: content };
}

/** Bytes that count against the limit of 1 MiB: body, and name, type and value of each attribute. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  let size = Buffer.byteLength(body);
  for (const [name, attribute] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType);
    size +=
      attribute.BinaryValue === undefined
        ? Buffer.byteLength(attribute.StringValue ?? '')
        : Buffer.from(attribute.BinaryValue, 'base64').length;
  }
  return size;
}
