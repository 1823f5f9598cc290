/** Signs in as the page does, without a page; answers with the session's cookie, or fails with the service's own words. */
export async function signedIn(url: string, login: string, password: string): Promise<string> {
  const answer = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ login, password }),
  });
  if (!answer.ok) throw new Error(`${login}: ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
}

export const OWN_PASSWORD = '清水长流到千家万户都满意';

/** The first password, which the start printed, is changed to one's own, as it must be; answers with that. */
export async function ownPassword(url: string, login: string, said: string): Promise<string> {
  const old = /初始密码 (\w+)（只显示这一次）/.exec(said)![1]!;
  const cookie = await signedIn(url, login, old);
  const answer = await fetch(`${url}/api/my-password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie },
    body: JSON.stringify({ old, password: OWN_PASSWORD }),
  });
  if (!answer.ok) throw new Error(`${login}: ${await answer.text()}`);
  return OWN_PASSWORD;
}
