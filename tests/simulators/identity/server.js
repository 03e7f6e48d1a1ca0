// A certified OpenID provider (npm oidc-provider) with two accounts and one confidential client, for the log-in tests.
//
//   node server.js '{"port": 0, "clientId": "halte", "clientSecret": "…", "redirectUris": ["http://127.0.0.1:1/cb"]}'
//
// Prints one JSON line, {"issuer": "http://127.0.0.1:PORT"}, once it listens. Accounts log in by their name, with any
// password, on the library's own development forms.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";

import { Provider } from "oidc-provider";

const settings = JSON.parse(process.argv[2]);

const people = {
  amelie: {
    email: "amelie@annecy.example",
    email_verified: true,
    name: "Amélie Durand",
    given_name: "Amélie",
    family_name: "Durand",
    locale: "fr",
  },
  bruno: {
    email: "bruno@nimes.example",
    email_verified: true,
    name: "Bruno Petit",
    given_name: "Bruno",
    family_name: "Petit",
    locale: "fr",
  },
};

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const configuration = {
  clients: [
    {
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      client_name: "Halte",
      redirect_uris: settings.redirectUris,
      response_types: ["code"],
      grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  // An unknown account is nobody: the log-in fails.
  findAccount: (_context, login) =>
    Object.hasOwn(people, login)
      ? { accountId: login, claims: () => ({ sub: login, ...people[login] }) }
      : undefined,
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "given_name", "family_name", "locale"],
  },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "of-this-run", use: "sig", alg: "RS256" }] },
  pkce: { required: () => true },
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
  ttl: { Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 600, IdToken: 600, DeviceCode: 600 },
};

const server = createServer();
server.listen(settings.port, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.on("request", new Provider(issuer, configuration).callback());
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});
// The tests hold our standard input open: when they die, however they die, so do we.
process.stdin.on("end", () => process.exit(0)).resume();
