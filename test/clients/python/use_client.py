"""Creates, reads, changes, lists, deletes and restores every kind of record with a generated Python client.

    python3 use_client.py http://localhost:3000 lk_live_... folder-of-the-client

It needs urllib3, six, python-dateutil and certifi. See CONTRIBUTING.md for how the client is generated.
"""
import os
import sys
import tempfile
import uuid

url, key, folder = sys.argv[1:4]
sys.path.insert(0, folder)

import latchkey  # noqa: E402
from latchkey.rest import ApiException  # noqa: E402

configuration = latchkey.Configuration(
    host=f'{url}/rest', api_key={'apiKey': key}, api_key_prefix={'apiKey': 'Bearer'}
)
client = latchkey.ApiClient(configuration)
turn = uuid.uuid4().hex[:8]
made = {}


def api(name):
    return getattr(latchkey, name)(client)


def part(answer, name):
    return answer[name] if isinstance(answer, dict) else getattr(answer, name)


def id_of(answer):
    return part(part(answer, 'data'), 'id')


def ids_of(answer):
    return [part(record, 'id') for record in part(answer, 'data')]


def refused(call, record):
    try:
        call(record)
    except ApiException as error:
        return error.status
    return None


def journey(name, plural, api_name, create, change):
    """`create` makes a record, `change` changes it by its id; the rest is the same for every kind."""
    one = api(api_name)
    get, remove = getattr(one, f'get_{name}'), getattr(one, f'delete_{name}')
    record = id_of(create(one))
    assert id_of(get(record)) == record
    assert id_of(change(one, record)) == record
    assert ids_of(getattr(one, f'list_{plural}')(id=[record])) == [record]
    remove(record)
    assert refused(get, record) == 404
    assert id_of(getattr(one, f'restore_{name}')(record)) == record
    made[name] = record
    print('works:', plural)


def crud(name, plural, api_name, fields, change):
    journey(
        name,
        plural,
        api_name,
        lambda one: getattr(one, f'create_{name}')(body=fields),
        lambda one, record: getattr(one, f'patch_{name}')(record, body=change),
    )


crud('pipeline', 'pipelines', 'PipelinesApi', {'name': 'Python owners'}, {'name': 'Python buyers'})
in_pipeline = {'pipeline_id': made['pipeline']}
crud('stage', 'stages', 'StagesApi', {'name': 'First', **in_pipeline}, {'name': 'Second'})
crud('source', 'sources', 'SourcesApi', {'name': 'Web', **in_pipeline}, {'name': 'Website'})
crud('contact', 'contacts', 'ContactsApi', {'full_name': 'Rosa Field'}, {'company_name': 'Field & Daughters'})
crud('deal', 'deals', 'DealsApi', {'name': 'Rosa Field', **in_pipeline}, {'comments': 'Called back.'})
crud('property_group', 'property_groups', 'PropertyGroupsApi', {'name': f'North {turn}'}, {'name': f'South {turn}'})
crud('property', 'properties', 'PropertiesApi', {'address': '18 Alder Court'}, {'city': 'Ashford'})
crud('unit', 'units', 'UnitsApi', {'property_id': made['property']}, {'market_rent': '1450.5'})
lease = {'unit_id': made['unit'], 'start_date': '2020-01-01', 'end_date': '2020-12-31'}
crud('lease', 'leases', 'LeasesApi', lease, {'rent': '1200'})
crud('process_type', 'process_types', 'ProcessTypesApi', {'name': 'Python renewals'}, {'name': 'Renewals'})
of_type = {'process_type_id': made['process_type']}
crud('process_stage', 'process_stages', 'ProcessStagesApi', {'name': 'Sent', **of_type}, {'name': 'Offer sent'})
in_stage = {'stage_id': made['process_stage']}
crud('step', 'steps', 'StepsApi', {'description': 'Call.', **in_stage}, {'description': 'Call twice.'})
crud('contact_role', 'contact_roles', 'ContactRolesApi', {'name': 'Tenant', **of_type}, {'name': 'Tenants'})
crud('assignee_role', 'assignee_roles', 'AssigneeRolesApi', {'name': 'Agent', **of_type}, {'name': 'Agents'})
crud('process', 'processes', 'ProcessesApi', of_type, {'comments': 'Wants to stay.'})
crud('task', 'tasks', 'TasksApi', {'process_id': made['process']}, {'due_at': '2026-03-12T17:00:00Z'})
phone = {'kind': 'phone', 'inbox': '+15550104400'}
crud('conversation', 'conversations', 'ConversationsApi', phone, {'status': 'resolved'})
# Logged by hand, so that nothing is sent to anybody.
text = {'from': '+15550104400', 'to': '+15550104477', 'manually_added': True}
crud('text_message', 'text_messages', 'TextMessagesApi', text, {'description': 'About Friday.'})
mail = {'to': ['rosa.field@example.com'], 'manually_added': True}
crud('email', 'emails', 'EMailsApi', mail, {'description': 'About Friday.'})
crud('call', 'calls', 'CallsApi', {'from': '+15550104400', 'to': '+15550104477'}, {'outcome': 'connected'})
note = {'parent_type': 'Deal', 'parent_id': made['deal'], 'description': 'Called.'}
crud('note', 'notes', 'NotesApi', note, {'description': 'Called back.'})
crud('tag', 'tags', 'TagsApi', {'name': f'python {turn}'}, {'name': f'pythons {turn}'})
field = {'label': f'Field {turn}', 'category': 'deal', 'data_type': 'text'}
crud('custom_field', 'custom_fields', 'CustomFieldsApi', field, {'label': f'Renamed {turn}'})

with tempfile.TemporaryDirectory() as directory:
    letter = os.path.join(directory, 'letter.txt')
    with open(letter, 'w', encoding='utf-8') as file:
        file.write('Dear tenant,\n')
    journey(
        'uploaded_file',
        'uploaded_files',
        'UploadedFilesApi',
        lambda one: one.create_uploaded_file(
            uploadable_id=made['deal'], uploadable_type='deals', file=letter
        ),
        lambda one, record: one.patch_uploaded_file(record, name='renamed.txt'),
    )
print(len(made), 'kinds of record')
