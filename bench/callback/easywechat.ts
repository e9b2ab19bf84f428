import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerRequest } from 'node-easywechat';
import { openWork } from '../easywechat/open-work.ts';
import { answerParent } from '../rig/child-side.ts';

/**
 * node-easywechat's server on bare node:http: verify, decrypt, hand to a handler that does nothing, answer. It stores
 * nothing. A new Server per request, because `serve()` adds a decrypting handler to its Server each time, so a kept one
 * refuses every request after the first; everything that can be kept (application, encryptors) is.
 */
const app = openWork('http://127.0.0.1', 1);

const server = createServer((incoming, outgoing) => {
  void ServerRequest.createFromIncomingMessage(incoming)
    .then(async (request) => {
      app.setRequest(request);
      app.setServer(null as never);
      const response = await app
        .getServer()
        .handleUserUpdated(async (message, next) => next!(message))
        .serve();
      outgoing.writeHead(response.getStatusCode(), { 'content-length': response.getBody().length });
      outgoing.end(response.getBody());
    })
    .catch((error: unknown) => {
      const text = String(error);
      outgoing.writeHead(500, { 'content-length': Buffer.byteLength(text) });
      outgoing.end(text);
    });
});

answerParent({
  listen: async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
});
