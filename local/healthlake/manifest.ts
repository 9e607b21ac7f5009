import type { ImportCounts, ImportOrder } from './import-order.ts';

const MB = 1024 * 1024;

/** `Manifest.json` of a job, with the members that the developer guide ("Importing FHIR data") lists. */
export function importManifest(order: ImportOrder, outputUri: string, counts: ImportCounts): Record<string, unknown> {
  return {
    inputDataConfig: { s3Uri: order.inputUri },
    outputDataConfig: { s3Uri: order.outputUri, encryptionKeyID: order.kmsKeyId },
    successOutput: { successOutputS3Uri: `${outputUri}SUCCESS/` },
    failureOutput: { failureOutputS3Uri: `${outputUri}FAILURE/` },
    numberOfScannedFiles: counts.scannedFiles,
    numberOfFilesImported: counts.importedFiles,
    sizeOfScannedFilesInMB: counts.scannedBytes / MB,
    sizeOfDataImportedSuccessfullyInMB: counts.importedBytes / MB,
    numberOfResourcesScanned: counts.scanned,
    numberOfResourcesImportedSuccessfully: counts.imported,
    numberOfResourcesWithCustomerError: counts.customerErrors,
    numberOfResourcesWithServerError: counts.serverErrors,
  };
}

/** `JobProgressReport` as Describe returns it. No file counts as failed here: what cannot be read fails the job. */
export function progressReport(counts: ImportCounts, seconds: number): Record<string, number> {
  return {
    TotalNumberOfScannedFiles: counts.scannedFiles,
    TotalSizeOfScannedFilesInMB: counts.scannedBytes / MB,
    TotalNumberOfImportedFiles: counts.importedFiles,
    TotalNumberOfResourcesScanned: counts.scanned,
    TotalNumberOfResourcesImported: counts.imported,
    TotalNumberOfResourcesWithCustomerError: counts.customerErrors,
    TotalNumberOfFilesReadWithCustomerError: 0,
    Throughput: seconds > 0 ? counts.scannedBytes / MB / seconds : 0,
  };
}
