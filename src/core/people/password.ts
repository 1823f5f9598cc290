/** What a password must be. Length beats signs (NIST SP 800-63B): no rule about capitals, no expiry, nothing guessable. */
export const PASSWORD_LENGTH = { least: 12, most: 200 };

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

/** What Chinese people's passwords are made of: words and numbers that sound like words, and the commonest names. */
const CHINESE = (
  'woaini woaiwojia woaizhongguo woshishui wodemima mima mimashi meiyoumima wangjimima zhongguo ningxia xingqing jinfeng ' +
  'xixia helan lingwu yongning zilaishui gongshui gongsi kefu rexian guanliyuan banzhang jingli zuoxi diaodu weixiu ' +
  'shangshan xiaoxiao baobao laopo laogong mama baba nihao xingfu kuaile pingan jiankang facai gongxifacai wansui ' +
  'wangwei wangfang wangyan wangjun wangjing lina liwei lijun liqiang liyan zhangwei zhangmin zhangjie zhangli zhangyong ' +
  'liujie liuyang liuwei liuyan chenjie chenwei yangyang yangfan maxiaoyan maming huangwei zhaowei wuwei zhoujie ' +
  '5201314 1314520 520520 1314 7758521 7758258 147258 147258369 159357 112233 123123 123321 123654 456456 789456 741852963 ' +
  'qwe asd zxc qaz wsx qwer qwerty asdf zxcv qazwsx qwert asdfg zxcvb zxcvbn zxcvbnm qweasd qweasdzxc q1w2e3r4 1qaz2wsx 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1q2w3e4r5t6y qazwsxedc qazwsxedcrfv ' +
  'abc abcd qq aa aaa a1b2c3'
).split(' ');
const CHINESE_WORDS: ReadonlySet<string> = new Set(CHINESE);

/** Signs that stand for letters; who guesses knows them. */
const DISGUISES: Record<string, string> = {
  '@': 'a',
  $: 's',
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '5': 's',
  '!': 'i',
};

/**
 * Is it what everybody uses: a known password, or two of them, with figures around? Three words and more are a sentence,
 * which is what a password should be.
 */
function isKnown(password: string, known: ReadonlySet<string>): boolean {
  const stands = (part: string) => part === '' || known.has(part) || CHINESE_WORDS.has(part);
  const small = password.toLowerCase();
  // without the figures and signs that are put around a word
  const core = small.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const undisguised = core.replace(/[@$0135!]/g, (sign) => DISGUISES[sign]!);
  return [small, core, undisguised].some((text) => {
    const bare = text.replace(/[^\p{L}\p{N}]/gu, '');
    return (
      stands(text) ||
      [...bare].some((_, at) => stands(bare.slice(0, at)) && stands(bare.slice(at).replace(/^\d+/, '')))
    );
  });
}

/** Null: it may be used. Else in Chinese why not. `known`: the passwords of breaches, where they are at hand. */
export function passwordFault(
  password: string,
  login: string,
  name: string,
  known: ReadonlySet<string> = CHINESE_WORDS,
): string | null {
  if ([...password].length < PASSWORD_LENGTH.least)
    return `密码至少 ${PASSWORD_LENGTH.least} 个字符，可以用一句好记的话。`;
  if (password.length > PASSWORD_LENGTH.most) return `密码最多 ${PASSWORD_LENGTH.most} 个字符。`;
  const bare = password.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (isKnown(password, known)) return '这个密码在常用密码表里，别人会先试它，请换一句自己的话。';
  const rest = [login.toLowerCase(), name.toLowerCase(), ...GUESSED]
    .filter((word) => word !== '')
    .reduce((left, word) => left.replaceAll(word, ''), bare);
  // what is left when everything that anybody would try first is taken away
  if (new Set(surprises(rest)).size < 5) return '这个密码太容易猜到（含工号、姓名或常见的词），请换一个。';
  return null;
}
