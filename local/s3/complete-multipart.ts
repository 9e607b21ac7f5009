import { createHash } from 'node:crypto';
import { checksumElement, onlyEncryption, versionHeader } from './attributes.ts';
import { type Answer, type Call, quoted } from './call.ts';
import { CHECKSUM_ALGORITHMS, type Checksum, compositeChecksum, startChecksum } from './checksums.ts';
import { commitObject } from './commit-object.ts';
import { checksumHeader, readDocument } from './payload.ts';
import { invalidArgument, malformedXml, Refusal } from './refusal.ts';
import { requireBucket, type Store } from './store.ts';
import { dropUpload, listParts, type Part, requireUpload, type Upload } from './uploads.ts';
import type { ObjectAttributes, ObjectDraft } from './versions.ts';
import { childText, parseXml, requireKnownChildren, type XmlElement } from './xml.ts';

const LEAST_PART_BYTES = 5 * 1024 * 1024;

/** Joins the parts without copying them: the object's segments are the parts' files. */
export async function completeMultipartUpload(call: Call): Promise<Answer> {
  const { store, bucket, key } = call;
  const id = call.query.get('uploadId') ?? '';
  requireBucket(store, bucket);
  const upload = requireUpload(store, bucket, key, id);
  // The body's own checksum headers speak of the object here, not of the document.
  const source = await readDocument(call.request, withoutChecksums(call));
  const parts = chooseParts(listParts(store, id), parseXml(source, 'CompleteMultipartUpload'));
  const draft = await draftObject(store, upload, parts);
  requirePromised(call, draft);
  const used = new Set(parts.map(({ file }) => file));
  const committed = await commitObject(call, draft, 'CompleteMultipartUpload', () => {
    // Parts may have come or the upload gone while the checksum was made.
    requireUpload(store, bucket, key, id);
    requireUnchanged(listParts(store, id), parts);
    return dropUpload(store, id).filter((file) => !used.has(file));
  });
  const { checksum } = draft.attributes;
  return {
    headers: {
      ...versionHeader(committed.bucket, committed.version.versionId),
      ...onlyEncryption(draft.attributes),
    },
    xml: {
      root: 'CompleteMultipartUploadResult',
      fields: {
        Bucket: bucket,
        Key: key,
        ETag: quoted(draft.etag),
        ...(checksum ? { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type } : {}),
      },
    },
  };
}

const withoutChecksums = (call: Call): Map<string, string> =>
  new Map([...call.headers].filter(([name]) => !name.startsWith('x-amz-checksum-')));

function chooseParts(uploaded: readonly Part[], document: XmlElement): Part[] {
  requireKnownChildren(document, ['Part']);
  if (document.children.length === 0) throw malformedXml();
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  let before = 0;
  const parts = document.children.map((element) => {
    const number = Number(childText(element, 'PartNumber') ?? Number.NaN);
    if (!Number.isInteger(number)) throw malformedXml();
    if (number <= before) {
      throw new Refusal(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    }
    before = number;
    return requirePart(byNumber.get(number), element);
  });
  if (parts.slice(0, -1).some((part) => part.size < LEAST_PART_BYTES)) {
    throw new Refusal('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  }
  return parts;
}

function requirePart(part: Part | undefined, element: XmlElement): Part {
  requireKnownChildren(element, ['PartNumber', 'ETag', ...CHECKSUM_ALGORITHMS.map(checksumElement)]);
  const etag = childText(element, 'ETag');
  if (etag === undefined) throw malformedXml();
  const sameChecksums = CHECKSUM_ALGORITHMS.every((algorithm) => {
    const claimed = childText(element, checksumElement(algorithm));
    return claimed === undefined || (part?.checksum?.algorithm === algorithm && part.checksum.value === claimed);
  });
  if (part && sameChecksums && etag.replaceAll('"', '') === part.etag) return part;
  const message =
    'One or more of the specified parts could not be found. ' +
    "The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
  throw new Refusal('InvalidPart', message);
}

function requireUnchanged(now: readonly Part[], chosen: readonly Part[]): void {
  const files = new Set(now.map(({ file }) => file));
  if (chosen.some((part) => !files.has(part.file))) throw new Refusal('InvalidPart', 'A part was replaced meanwhile.');
}

async function draftObject(store: Store, upload: Upload, parts: readonly Part[]): Promise<ObjectDraft> {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
  const checksum = await objectChecksum(store, upload, parts);
  return {
    key: upload.key,
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: `${md5.digest('hex')}-${parts.length}`,
    attributes: { headers: upload.headers, ...(checksum ? { checksum } : {}) },
    segments: parts.map(({ file, size }) => ({ file, size })),
  };
}

async function objectChecksum(
  store: Store,
  { checksum }: Upload,
  parts: readonly Part[],
): Promise<ObjectAttributes['checksum']> {
  const { algorithm, type } = checksum;
  if (algorithm === undefined || type === undefined) return undefined;
  if (type === 'COMPOSITE')
    return {
      ...compositeChecksum(
        algorithm,
        parts.map((part) => part.checksum?.value ?? ''),
      ),
      type,
    };
  const running = startChecksum(algorithm);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  for await (const chunk of store.files.read(parts, 0, size)) running.update(chunk);
  return { algorithm, value: running.digest().toString('base64'), type };
}

/** What the client says of the whole object must be so, or nothing is made of it. */
function requirePromised(call: Call, draft: ObjectDraft): void {
  const size = call.headers.get('x-amz-mp-object-size');
  if (size !== undefined && Number(size) !== draft.size) {
    throw new Refusal('InvalidRequest', 'The provided x-amz-mp-object-size does not match the size of the parts.');
  }
  const made = draft.attributes.checksum;
  const type = call.headers.get('x-amz-checksum-type')?.toUpperCase();
  if (type !== undefined && type !== made?.type)
    throw invalidArgument('x-amz-checksum-type', 'The upload has another checksum type.');
  for (const algorithm of CHECKSUM_ALGORITHMS)
    requireSameChecksum(call.headers.get(checksumHeader(algorithm)), algorithm, made);
}

function requireSameChecksum(claimed: string | undefined, algorithm: string, made: Checksum | undefined): void {
  if (claimed === undefined) return;
  // Clients send a composite value with or without the count of parts.
  const values = [made?.value, made?.value.replace(/-\d+$/, '')];
  if (made?.algorithm === algorithm && values.includes(claimed)) return;
  throw new Refusal('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}
