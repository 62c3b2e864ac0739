using Microsoft.Playwright;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>What a page must give a person who cannot see it or uses no mouse.</summary>
internal static class Accessibility
{
    private const string Check = """
        () => {
          const wrong = [];
          const shown = e => e.getClientRects().length > 0;
          const name = e => (e.getAttribute('aria-label') || (e.getAttribute('aria-labelledby') || '').split(' ').map(i => document.getElementById(i)?.textContent ?? '').join(' ') || e.title || e.textContent || '').trim();
          const say = e => e.outerHTML.slice(0, 120);
          if (!document.documentElement.lang) wrong.push('no language');
          if (document.querySelectorAll('h1').length !== 1) wrong.push(`${document.querySelectorAll('h1').length} h1`);
          let level = 1;
          for (const h of document.querySelectorAll('main :is(h1,h2,h3,h4,h5,h6)')) {
            const at = +h.tagName[1];
            if (at > level + 1) wrong.push(`heading jumps: ${say(h)}`);
            level = at;
          }
          for (const e of document.querySelectorAll('main :is(input,select,textarea):not([type=hidden])'))
            if (shown(e) && !e.labels?.length && !name(e)) wrong.push(`no label: ${say(e)}`);
          for (const e of document.querySelectorAll('main :is(a,button,summary,[role=img])'))
            if (shown(e) && !name(e)) wrong.push(`no name: ${say(e)}`);
          for (const e of document.querySelectorAll('main [aria-describedby], main [aria-labelledby]'))
            for (const i of `${e.getAttribute('aria-describedby') ?? ''} ${e.getAttribute('aria-labelledby') ?? ''}`.split(' ').filter(i => i))
              if (!document.getElementById(i)) wrong.push(`refers to nothing: ${say(e)}`);
          for (const e of document.querySelectorAll('main table'))
            if (!e.querySelector('th[scope]')) wrong.push(`table without headings: ${say(e)}`);
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          for (const i of ids.filter((x, n) => ids.indexOf(x) !== n)) wrong.push(`id twice: ${i}`);
          for (const e of document.querySelectorAll('main :is(a[href],button,input,select,textarea,summary)'))
            if (e.tabIndex < 0) wrong.push(`not by keyboard: ${say(e)}`);
          if (document.documentElement.scrollWidth > window.innerWidth + 1) wrong.push(`page is ${document.documentElement.scrollWidth - window.innerWidth} px too wide`);
          return wrong;
        }
        """;

    public static async Task AccessibleAsync(this IPage page) => Assert.Empty(await page.EvaluateAsync<string[]>(Check));
}
