import { currentLanguage, speak, word } from './words.js';

const LANGUAGES = ['en', 'zh'];
const THEMES = ['auto', 'light', 'dark'];
const THEME_WORDS = { auto: 'themeAuto', light: 'themeLight', dark: 'themeDark' };

/** Browsers that keep nothing (private windows) still show the page. */
function remembered(name) {
  try {
    return localStorage.getItem(`holdfast.${name}`);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`holdfast.${name}`, value);
  } catch {
    return;
  }
}

/** What was chosen here before, else the first language the browser asks for (its Accept-Language) that the page has. */
function firstLanguage() {
  const wanted = [remembered('language'), ...navigator.languages].map((tag) =>
    tag?.slice(0, 2).toLowerCase(),
  );
  return wanted.find((tag) => LANGUAGES.includes(tag)) ?? 'en';
}

/** Sets language and colours up, with their buttons; `onChange` is called after each change of either. */
export function startPreferences(onChange) {
  const languageButton = document.getElementById('language');
  const themeButton = document.getElementById('theme');
  let theme = THEMES.find((name) => name === remembered('theme')) ?? 'auto';

  const show = (language) => {
    speak(language);
    // Named in the language it leads to, for those who cannot read the present one.
    languageButton.textContent = language === 'zh' ? 'English' : '中文';
    languageButton.lang = language === 'zh' ? 'en' : 'zh-CN';
    document.documentElement.dataset.theme = theme;
    themeButton.textContent = word(THEME_WORDS[theme]);
    themeButton.setAttribute('aria-label', word('themeLabel', { theme: word(THEME_WORDS[theme]) }));
  };

  languageButton.addEventListener('click', () => {
    const language = currentLanguage() === 'zh' ? 'en' : 'zh';
    remember('language', language);
    show(language);
    onChange();
  });
  themeButton.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    remember('theme', theme);
    show(currentLanguage());
    onChange();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  show(firstLanguage());
}
