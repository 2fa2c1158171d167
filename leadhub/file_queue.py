"""Celery's messages as files in a folder: what one machine uses instead of Redis.

Kombu's own writes a message where readers already see it, so that one in some thousands is read
half written, or empty for ever where its writer was killed; a worker ends over that. Here a file
appears under its name when all of it is there.
"""

import os
import uuid
from time import monotonic

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **_):
        # Readers take the files of a queue in the order of their names.
        name = f"{monotonic() * 1000:015.0f}_{uuid.uuid4()}.{queue}.msg"
        path = os.path.join(self.data_folder_out, name)
        with open(f"{path}.part", "w") as file:
            file.write(dumps(payload))
        os.replace(f"{path}.part", path)


class Transport(filesystem.Transport):
    Channel = Channel
