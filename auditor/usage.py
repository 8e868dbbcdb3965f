"""What `audit --help` says."""

from __future__ import annotations

_ZH = """\
勾稽：核对预算绩效自评表里的数字

用法
  audit 文件或文件夹…     审计（Word、Excel、PDF、HTML、文本；- 为标准输入）
  audit rule [代码]       规则目录；一条规则的说明、依据与示例
  audit score 语料        在有答案的语料上测准确率与召回率
  audit batch 文件夹      成批审计，可中断续跑
  audit summary 结果      汇总成批审计的结果
  audit waive 复核.xlsx   把复核结论转为豁免

输出
  --format 格式           full（默认）concise json jsonl html xlsx sarif
                          annotated：原件加批注（Word、Excel、PDF；docx 同）
  -o, --output 文件       写入文件；格式可由后缀得出
                          （.html .xlsx .docx .pdf .json .jsonl .sarif）
  --lang zh|en            报告语言
  --all                   相符与未核对的全部列出
  --ascii                 不用歧义宽度的符号
  --no-color              不用颜色（同环境变量 NO_COLOR）

规则
  --select 规则,…         只用这些规则：代码或其开头（AGR、AGR101）、名称
  --ignore 规则,…         不用这些规则
  --rules 文件夹          再加载一个规则文件夹（*.toml），可多次

已处理的问题
  --waivers 文件          豁免（TOML）：[[waiver]] 写 fingerprint，或 rule 与
                          section；reason 与 by；可写 until
  --baseline 文件         基线里已有的问题不计
  --write-baseline 文件   把现有问题记入基线

退出码
  --fail-on 级别          达到此级别即返回 1：major moderate（默认）
                          minor info never
  --exit-zero             有问题也返回 0
  0 没有达到级别的问题   1 有   2 未能完成（选项、文件或规则文件有误）

  -h, --help   --version
"""

_EN = """\
gouji: cross-checks the figures of Chinese budget-performance self-evaluations

Usage
  audit FILE|DIR...       audit (Word, Excel, PDF, HTML, text; - is stdin)
  audit rule [CODE]       all rules; what one means, its authority, examples
  audit score CORPUS      precision and recall on a corpus with answers
  audit batch DIR         audit thousands, resumable
  audit summary RESULTS   sum up what a batch found
  audit waive FILE.xlsx   turn a reviewer's verdicts into waivers

Output
  --format FORMAT         full (default) concise json jsonl html xlsx sarif
                          annotated: the original with comments (Word,
                          Excel, PDF; docx is the same)
  -o, --output FILE       write a file; its suffix tells the format
                          (.html .xlsx .docx .pdf .json .jsonl .sarif)
  --lang zh|en            language of the report
  --all                   list everything that held and that was not checked
  --ascii                 no marks of ambiguous width
  --no-color              no colour (as the environment variable NO_COLOR)

Rules
  --select RULE,...       only these: codes, their beginnings (AGR), names
  --ignore RULE,...       not these
  --rules DIR             load one more directory of rule files; repeatable

What was settled
  --waivers FILE          waivers (TOML): [[waiver]] with fingerprint, or rule
                          and section; reason and by; until, if it ends
  --baseline FILE         findings that the baseline holds do not count
  --write-baseline FILE   record the findings as the baseline

Exit code
  --fail-on LEVEL         exit 1 at or over it: major moderate (default) minor
                          info never
  --exit-zero             exit 0 in spite of findings
  0 nothing at or over the level   1 findings
  2 could not do the work (usage, unreadable file, bad rule file)

  -h, --help   --version
"""

_RULE_ZH = """\
用法
  audit rule              规则目录
  audit rule 代码或名称…  说明、依据、会报告与不会报告的例子
  --format full|json   --rules 文件夹   --lang zh|en   --ascii   --no-color
"""

_RULE_EN = """\
Usage
  audit rule              all rules
  audit rule CODE|NAME... what it means, its authority, what it fires on
  --format full|json   --rules DIR   --lang zh|en   --ascii   --no-color
"""


def usage(lang: str) -> str:
    """What `audit --help` prints."""
    return _EN if lang == "en" else _ZH


def rule_usage(lang: str) -> str:
    """What `audit rule --help` prints."""
    return _RULE_EN if lang == "en" else _RULE_ZH
