"""What language-model requests and answers hold, in each of the shapes that AI policies understand.

Start with `prompt_of` for the request of an exchange and `UsageWatch` for the tokens of its answers; `shapes` knows the
members of each shape, `stream` reads server-sent events as they pass, `answer` reads and rebuilds whole answers.
"""

from apim_ai.family.chat.answer import answer_text, collected, is_event_stream, replayed
from apim_ai.family.chat.coding import decoded, unpacker
from apim_ai.family.chat.json_text import dump, parse
from apim_ai.family.chat.prompt import Message, Prompt, Question, needs_body, prompt_of, question_of
from apim_ai.family.chat.stream import EventReader, delta_texts
from apim_ai.family.chat.usage import Usage, usage_of
from apim_ai.family.chat.watch import Answer, UsageWatch

__all__ = [
    "Answer",
    "EventReader",
    "Message",
    "Prompt",
    "Question",
    "Usage",
    "UsageWatch",
    "answer_text",
    "collected",
    "decoded",
    "delta_texts",
    "dump",
    "is_event_stream",
    "needs_body",
    "parse",
    "prompt_of",
    "question_of",
    "replayed",
    "unpacker",
    "usage_of",
]
