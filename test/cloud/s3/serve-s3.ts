import { createS3Service } from '../../../local/s3/s3-service.ts';
import { startServer } from '../../../local/server.ts';

/** A process of its own to kill: serves S3 over the folder it is given and prints the endpoint. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Expected a folder');
const server = await startServer({ directory, port: 0, services: (context) => [createS3Service(context)] });
console.log(server.endpoint);
