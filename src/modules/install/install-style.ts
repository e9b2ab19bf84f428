/** The only style of the install pages; the policy names it by its hash. Phones first: one column, large button. */
export const INSTALL_STYLE = `
:root { color-scheme: light dark; --ink: #1f2329; --soft: #5c6470; --line: #e4e8ee; --card: #fff; --ground: #f3f6fa; --brand: #2b6de8; --good: #18a058; --bad: #d9480f; --wait: #b7791f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9edf3; --soft: #a3acb9; --line: #2f3640; --card: #1b2027; --ground: #12161b; --brand: #5b93ff; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px; background: var(--ground); color: var(--ink); font: 16px/1.65 -apple-system, BlinkMacSystemFont, "PingFang SC", "Microsoft YaHei", "Segoe UI", Roboto, "Noto Sans CJK SC", sans-serif; }
main { position: relative; width: 100%; max-width: 460px; padding: 40px 32px 32px; background: var(--card); border: 1px solid var(--line); border-radius: 20px; box-shadow: 0 18px 50px rgba(25, 50, 90, .08); }
.language { position: absolute; top: 18px; right: 22px; color: var(--soft); font-size: 14px; text-decoration: none; }
.badge { width: 64px; height: 64px; display: grid; place-items: center; border-radius: 18px; background: var(--brand); color: #fff; font-size: 30px; font-weight: 600; }
.badge.good { background: var(--good); } .badge.bad { background: var(--bad); } .badge.wait { background: var(--wait); }
.kicker { margin: 20px 0 0; color: var(--soft); font-size: 14px; }
h1 { margin: 4px 0 12px; font-size: 25px; line-height: 1.35; }
.badge + h1 { margin-top: 20px; }
.lead { margin: 0 0 16px; }
.next { margin: 0; color: var(--soft); }
ul { margin: 0 0 24px; padding: 0; list-style: none; border-top: 1px solid var(--line); }
li { padding: 12px 0 12px 28px; position: relative; border-bottom: 1px solid var(--line); font-size: 15px; }
li::before { content: "✓"; position: absolute; left: 2px; color: var(--good); font-weight: 700; }
.button { display: block; margin-top: 20px; padding: 14px 20px; border-radius: 12px; background: var(--brand); color: #fff; font-size: 17px; font-weight: 600; text-align: center; text-decoration: none; }
.button:hover { filter: brightness(1.07); } .button:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
.note { margin: 16px 0 0; color: var(--soft); font-size: 13px; text-align: center; }
@media (max-width: 420px) { main { padding: 36px 22px 26px; border-radius: 16px; } h1 { font-size: 22px; } }
`;
