/** What a password must be. Length beats signs (NIST SP 800-63B): no rule about capitals, no expiry, nothing guessable. */
export const PASSWORD_LENGTH = { least: 10, most: 200 };

/** Words that stand in every guesser's list, and ours. */
const GUESSED = [
  'password',
  'qwertyuiop',
  '1234567890',
  '0123456789',
  '9876543210',
  'asdfghjkl',
  '1q2w3e4r5t',
  'woaini',
  'admin',
  '96666',
  'hotline',
  'yinchuan',
  'shuiwu',
];

/** The signs that do not just go on from the one before, as in 123456, aaaa or abcd. */
function surprises(text: string): string[] {
  const signs = [...text];
  return signs.filter((sign, at) => {
    const step = at === 0 ? 2 : sign.codePointAt(0)! - signs[at - 1]!.codePointAt(0)!;
    return Math.abs(step) > 1;
  });
}

/** Null: it may be used. Else in Chinese why not. */
export function passwordFault(password: string, login: string, name: string): string | null {
  if ([...password].length < PASSWORD_LENGTH.least)
    return `密码至少 ${PASSWORD_LENGTH.least} 个字符，可以用一句好记的话。`;
  if (password.length > PASSWORD_LENGTH.most) return `密码最多 ${PASSWORD_LENGTH.most} 个字符。`;
  const bare = password.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const rest = [login.toLowerCase(), name.toLowerCase(), ...GUESSED]
    .filter((word) => word !== '')
    .reduce((left, word) => left.replaceAll(word, ''), bare);
  // what is left when everything that anybody would try first is taken away
  if (new Set(surprises(rest)).size < 5) return '这个密码太容易猜到（含工号、姓名或常见的词），请换一个。';
  return null;
}
